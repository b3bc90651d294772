import { Alert, Link } from '@backstage/ui';
import {
  PipelineDetail,
  targetPagePath,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatAgo, formatNumber } from '../shared/format';
import { OwnerLink } from '../shared/OwnerLink';
import { StatusLabel } from '../shared/StatusLabel';
import { ReplicaTable } from './ReplicaTable';
import { RolloutNotice } from './RolloutNotice';
import { SourcePanel } from './SourcePanel';
import styles from '../shared/page.module.css';
import own from './StatusPanel.module.css';

/** What really runs: phase with its reason, learning, replicas, conditions, last error. */
export function StatusPanel(props: {
  status: WorkloadStatus;
  pipeline: PipelineDetail;
}) {
  const { status, pipeline } = props;
  const t = useText();
  const { learning, lastError, model, replicas } = status;
  const endpoint = status.endpoint ?? pipeline.endpoint;
  const target = pipeline.deployedTarget ?? pipeline.target;
  return (
    <div className={styles.stack}>
      <div className={styles.actions} aria-live="polite">
        <StatusLabel
          state={status.phase}
          text={t(`phase.${status.phase}` as TextKey)}
        />
        <span className={styles.muted}>
          {t('pipeline.status.since', { time: formatAgo(status.observedAt) })}
        </span>
      </div>
      {status.reason && status.reason !== status.rollout?.message && (
        <div>{status.reason}</div>
      )}
      {status.rollout && (
        <RolloutNotice pipeline={pipeline.name} rollout={status.rollout} />
      )}
      {status.phase === 'absent' && !status.reason && (
        <div>{t('pipeline.status.undeployed')}</div>
      )}
      {learning && status.phase === 'learning' && (
        <div>
          <div
            className={own.track}
            role="progressbar"
            aria-label={t('phase.learning')}
            aria-valuemin={0}
            aria-valuemax={learning.required}
            aria-valuenow={Math.min(learning.events, learning.required)}
          >
            <div
              className={own.fill}
              style={{
                width: `${Math.min(
                  100,
                  (100 * learning.events) / Math.max(1, learning.required),
                )}%`,
              }}
            />
          </div>
          <div className={styles.muted}>
            {t('pipeline.status.learning', {
              events: formatNumber(learning.events),
              required: formatNumber(learning.required),
            })}
          </div>
        </div>
      )}
      {lastError && lastError.message !== status.rollout?.message && (
        <Alert
          status="danger"
          icon
          title={
            lastError.node
              ? `${t('pipeline.status.lastError')} – ${t('common.node', {
                  node: lastError.node,
                })}`
              : t('pipeline.status.lastError')
          }
          description={[
            lastError.message,
            lastError.hint,
            lastError.at ? formatAgo(lastError.at) : undefined,
          ]
            .filter(Boolean)
            .join(' – ')}
        />
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{t('pipeline.status.revision')}</dt>
          <dd>{status.revision ?? '–'}</dd>
        </div>
        {replicas.wanted > 0 && (
          <div>
            <dt>{t('pipeline.status.replicas')}</dt>
            <dd>
              {t('pipeline.status.ready', {
                ready: String(replicas.ready),
                wanted: String(replicas.wanted),
              })}
            </dd>
          </div>
        )}
        <div>
          <dt>{t('pipeline.status.target')}</dt>
          <dd>
            <Link href={targetPagePath(target)}>{target}</Link>
          </dd>
        </div>
        <div>
          <dt>{t('pipeline.status.owner')}</dt>
          <dd>
            <OwnerLink owner={pipeline.owner} />
          </dd>
        </div>
        {endpoint && (
          <div>
            <dt>{t('pipeline.status.endpoint')}</dt>
            <dd>
              <Link href={endpoint} target="_blank" rel="noopener noreferrer">
                {endpoint}
              </Link>
            </dd>
          </div>
        )}
        {model && (
          <div>
            <dt>{t('pipeline.status.model')}</dt>
            <dd>
              {t('pipeline.status.modelDetail', {
                version: model.version,
                events: formatNumber(model.events),
                threshold: formatNumber(model.threshold, 3),
              })}
            </dd>
          </div>
        )}
      </dl>
      {status.source && <SourcePanel source={status.source} />}
      {replicas.items.length > 0 && (
        <ReplicaTable pipeline={pipeline.name} replicas={replicas.items} />
      )}
      {status.conditions.length > 0 && (
        <ul className={own.list} aria-label={t('pipeline.status.conditions')}>
          {status.conditions.map(condition => (
            <li key={condition.type}>
              <StatusLabel
                state={condition.status ? 'ready' : 'notReady'}
                text={condition.type}
              />
              <span className={styles.muted}>
                {[condition.reason, condition.message]
                  .filter(Boolean)
                  .join(': ')}
              </span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
