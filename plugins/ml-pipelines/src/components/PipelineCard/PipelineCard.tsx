import { ButtonLink, Link } from '@backstage/ui';
import { EntityInfoCard } from '@backstage/plugin-catalog-react';
import {
  pipelinePagePath,
  targetPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { usePipeline } from '../../hooks/usePipeline';
import { TextKey, useText } from '../../translation';
import { formatMilliseconds, formatNumber } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { StatusLabel } from '../shared/StatusLabel';
import { WithPipeline } from '../shared/WithPipeline';
import { PipelineUsage } from './PipelineUsage';
import styles from '../shared/page.module.css';

/** How the pipeline of an entity is, in short. */
export function PipelineCard() {
  const t = useText();
  return (
    <EntityInfoCard title={t('pipeline.card')}>
      <WithPipeline>{name => <Summary name={name} />}</WithPipeline>
    </EntityInfoCard>
  );
}

function Summary({ name }: { name: string }) {
  const t = useText();
  const pipeline = usePipeline(name);
  return (
    <QueryState query={pipeline} height={120}>
      {value => (
        <div className={styles.stack}>
          <StatusLabel
            state={value.status}
            text={t(`status.${value.status}` as TextKey)}
          />
          {value.statusReason && <div>{value.statusReason}</div>}
          <dl className={styles.facts}>
            <div>
              <dt>{t('pipeline.status.target')}</dt>
              <dd>
                <Link href={targetPagePath(value.target)}>{value.target}</Link>
              </dd>
            </div>
            <div>
              <dt>{t('pipeline.status.revision')}</dt>
              <dd>{value.deployedRevision ?? '–'}</dd>
            </div>
            <div>
              <dt>{t('overview.column.requests')}</dt>
              <dd>
                {value.requestsPerSecond === undefined
                  ? '–'
                  : `${formatNumber(value.requestsPerSecond, 1)}/s`}
              </dd>
            </div>
            <div>
              <dt>{t('overview.column.latency')}</dt>
              <dd>
                {value.latencyP95Ms === undefined
                  ? '–'
                  : formatMilliseconds(value.latencyP95Ms)}
              </dd>
            </div>
          </dl>
          <PipelineUsage name={name} />
          <div>
            <ButtonLink
              size="small"
              variant="secondary"
              href={`${pipelinePagePath(name)}/ml-pipeline`}
            >
              {t('pipeline.open')}
            </ButtonLink>
          </div>
        </div>
      )}
    </QueryState>
  );
}
