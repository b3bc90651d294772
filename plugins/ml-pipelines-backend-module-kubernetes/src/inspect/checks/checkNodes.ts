import type { V1Node, V1NodeList } from '@kubernetes/client-node';
import { quantity } from '../../quantity';
import type { KubernetesTargetConfig } from '../../targetConfig';
import { allowed, CheckContext, CheckResult } from '../Check';

/** Nodes that take work, with what they have to give; and their GPUs. */
export async function checkNodes({
  connection,
  config,
}: CheckContext): Promise<CheckResult[]> {
  const list = await allowed(connection.get<V1NodeList>('/api/v1/nodes'));
  if (!list) {
    const message = 'The portal may not look at nodes.';
    return [
      {
        check: { id: 'capacity', title: 'Nodes', status: 'skipped', message },
      },
      { check: { id: 'gpu', title: 'GPUs', status: 'skipped', message } },
    ];
  }
  const nodes = list.items.filter(node => takesWork(node));
  const sum = (resource: string) =>
    nodes.reduce(
      (total, { status }) => total + quantity(status?.allocatable?.[resource]),
      0,
    );
  const gpus = gpusOf(nodes, config.gpu);
  const capacity = {
    nodes: nodes.length,
    cpu: sum('cpu'),
    memoryBytes: sum('memory'),
    gpus,
  };
  const resting = list.items.length - nodes.length;
  return [
    {
      check: {
        id: 'capacity',
        title: 'Nodes',
        status: statusOf(nodes.length, resting),
        message: `${nodes.length} of ${list.items.length} nodes take work.`,
        ...(resting > 0 && {
          hint: 'Look at the others with: kubectl get nodes',
          details: list.items
            .filter(node => !takesWork(node))
            .map(
              ({ metadata, spec }) =>
                `${metadata?.name}: ${
                  spec?.unschedulable ? 'cordoned' : 'not ready'
                }`,
            ),
        }),
      },
      found: { capacity },
    },
    {
      check: {
        id: 'gpu',
        title: 'GPUs',
        status: 'ok',
        message:
          gpus.length > 0
            ? gpus
                .map(({ product, count }) => `${count} × ${product}`)
                .join(', ')
            : `No node offers ${config.gpu.resourceName}; pipelines run on CPUs.`,
      },
    },
  ];
}

function statusOf(working: number, resting: number) {
  if (working === 0) {
    return 'failed' as const;
  }
  return resting > 0 ? ('warning' as const) : ('ok' as const);
}

/** Neither cordoned nor broken. */
function takesWork({ spec, status }: V1Node): boolean {
  return (
    !spec?.unschedulable &&
    (status?.conditions ?? []).some(
      ({ type, status: is }) => type === 'Ready' && is === 'True',
    )
  );
}

function gpusOf(
  nodes: readonly V1Node[],
  { resourceName, productLabel }: KubernetesTargetConfig['gpu'],
): Array<{ product: string; count: number }> {
  const counts = new Map<string, number>();
  for (const { metadata, status } of nodes) {
    const count = quantity(status?.allocatable?.[resourceName]);
    if (count > 0) {
      const product = metadata?.labels?.[productLabel] ?? resourceName;
      counts.set(product, (counts.get(product) ?? 0) + count);
    }
  }
  return [...counts]
    .map(([product, count]) => ({ product, count }))
    .sort((a, b) => (a.product < b.product ? -1 : 1));
}
