import { Alert } from '@backstage/ui';
import type { WorkloadRollout } from '@mlpipe/plugin-ml-pipelines-common';
import { useDynamicText, useText } from '../../translation';
import { failureKey } from '../../translations/en/workloads';
import { RollbackButton } from '../rollback/RollbackButton';
import { StatusLabel } from '../shared/StatusLabel';
import styles from '../shared/page.module.css';
import own from './StatusPanel.module.css';

/** How far a revision is on its way; with the way back when it failed. */
export function RolloutNotice(props: {
  pipeline: string;
  rollout: WorkloadRollout;
}) {
  const { pipeline, rollout } = props;
  const t = useText();
  const dynamic = useDynamicText();
  const revision = String(rollout.revision);
  if (rollout.state !== 'failed') {
    return (
      <div className={styles.actions}>
        <StatusLabel
          state={rollout.state === 'complete' ? 'ready' : 'deploying'}
          text={t(
            rollout.state === 'complete'
              ? 'rollout.complete'
              : 'rollout.progressing',
            { revision },
          )}
        />
        {rollout.message && rollout.state !== 'complete' && (
          <span className={styles.muted}>{rollout.message}</span>
        )}
      </div>
    );
  }
  const title = rollout.code && dynamic(failureKey(rollout.code), '');
  return (
    <Alert
      status="danger"
      icon
      role="alert"
      title={[t('rollout.failed', { revision }), title]
        .filter(Boolean)
        .join(': ')}
      description={
        <div className={styles.stack}>
          <span>
            {[rollout.message, rollout.hint].filter(Boolean).join(' ')}
          </span>
          <div className={own.way}>
            <RollbackButton pipeline={pipeline} revision={rollout.revision} />
          </div>
        </div>
      }
    />
  );
}
