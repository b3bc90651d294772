import type { V1StorageClassList } from '@kubernetes/client-node';
import { allowed, CheckContext, CheckResult } from '../Check';

const DEFAULT = 'storageclass.kubernetes.io/is-default-class';

/** Whether streams get their volumes. */
export async function checkStorage({
  connection,
  config,
}: CheckContext): Promise<CheckResult> {
  const title = 'Storage';
  const id = 'storage';
  const { className } = config.storage;
  const list = await allowed(
    connection.get<V1StorageClassList>(
      '/apis/storage.k8s.io/v1/storageclasses',
    ),
  );
  if (!list) {
    return {
      check: {
        id,
        title,
        status: 'skipped',
        message: 'The portal may not look at storage classes.',
      },
    };
  }
  const storageClasses = list.items
    .map(({ metadata, allowVolumeExpansion }) => ({
      name: metadata?.name ?? '',
      default: metadata?.annotations?.[DEFAULT] === 'true',
      expandable: allowVolumeExpansion ?? false,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const found = { storageClasses };
  const used = storageClasses.find(({ name, default: isDefault }) =>
    className === undefined ? isDefault : name === className,
  );
  const names = storageClasses.map(({ name }) => `"${name}"`).join(', ');
  if (className !== undefined && !used) {
    return {
      check: {
        id,
        title,
        status: 'failed',
        message: `There is no storage class "${className}".`,
        hint: names ? `Choose one of: ${names}.` : 'The cluster has none.',
      },
      found,
    };
  }
  if (!used) {
    return {
      check: {
        id,
        title,
        status: 'warning',
        message: names
          ? 'No storage class is the default, and none is chosen.'
          : 'The cluster has no storage class.',
        hint: names
          ? `Pipelines that follow a stream need one: choose ${names}.`
          : 'Pipelines that follow a stream need volumes: install a storage provisioner.',
      },
      found,
    };
  }
  return {
    check: {
      id,
      title,
      status: 'ok',
      message: `Volumes are of class "${used.name}"${
        used.expandable ? ' and can grow' : ', which cannot grow later'
      }.`,
    },
    found,
  };
}
