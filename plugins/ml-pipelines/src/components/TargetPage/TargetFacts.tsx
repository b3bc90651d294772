import type { ReactNode } from 'react';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import type {
  Target,
  TargetInspection,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatBytes, formatNumber } from '../shared/format';
import { OwnerLink } from '../shared/OwnerLink';
import { approvalText } from '../TargetsPage/approvalText';
import { shownConfiguration } from './shownConfiguration';
import styles from '../shared/page.module.css';
import own from './TargetFacts.module.css';

/** What a target is and has; what only a look at it tells is added when it is there. */
export function TargetFacts(props: {
  target: Target;
  inspection?: TargetInspection;
}) {
  const { target, inspection } = props;
  const t = useText();
  const { capabilities: limits } = target;
  const { namespace, exposure, address } = shownConfiguration(
    target.configuration,
  );
  const capacity = inspection?.capacity;
  const classes = inspection?.storageClasses;

  const facts: Array<[TextKey, ReactNode]> = [
    ['targets.column.kind', target.kind],
    ['target.fact.address', address],
    ['target.fact.version', inspection?.version],
    [
      'target.fact.capacity',
      capacity &&
        t('target.fact.capacity.value', {
          nodes: formatNumber(capacity.nodes),
          cpu: formatNumber(capacity.cpu),
          memory: formatBytes(capacity.memoryBytes),
        }),
    ],
    [
      'target.fact.gpus',
      capacity &&
        (capacity.gpus
          .map(({ product, count }) => `${count} × ${product}`)
          .join(', ') ||
          t('common.none')),
    ],
    [
      'target.fact.storage',
      classes &&
        (classes
          .map(({ name, default: standard }) =>
            standard ? t('target.fact.storage.default', { name }) : name,
          )
          .join(', ') ||
          t('common.none')),
    ],
    ['target.fact.namespace', namespace],
    ['target.fact.exposure', exposure],
    [
      'targets.column.limits',
      t('targets.limits', {
        cpu: formatNumber(limits.maxCpu),
        memory: formatBytes(limits.maxMemoryMiB * 1024 ** 2),
        replicas: String(limits.maxReplicas),
      }),
    ],
    ['targets.column.approval', approvalText(target, t)],
    ['target.fact.concurrency', String(target.concurrency)],
    [
      'pipeline.status.owner',
      target.owner && <OwnerLink owner={target.owner} />,
    ],
    [
      'target.fact.catalog',
      target.catalog && (
        <EntityRefLink entityRef={`resource:default/${target.name}`} hideIcon />
      ),
    ],
  ];
  return (
    <dl className={`${styles.facts} ${own.facts}`}>
      {facts.map(
        ([key, value]) =>
          value && (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
