import {
  Deployment,
  DeploymentState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatClock } from '../shared/format';
import styles from './DeploymentProgress.module.css';

const WAY: DeploymentState[] = [
  'queued',
  'planning',
  'planned',
  'applying',
  'verifying',
  'succeeded',
];

/** The states that a deployment goes through, and how far it has come. */
export function DeploymentProgress({ deployment }: { deployment: Deployment }) {
  const t = useText();
  const attempt = deployment.history.filter(
    h => h.attempt === deployment.attempt || h.state === 'queued',
  );
  const entered = new Map(attempt.map(h => [h.state, h.at]));
  const way: DeploymentState[] = entered.has('awaiting_approval')
    ? [...WAY.slice(0, 3), 'awaiting_approval', ...WAY.slice(3)]
    : WAY;
  const last = Math.max(...way.map((s, i) => (entered.has(s) ? i : -1)), 0);
  const stopped = ['failed', 'cancelled', 'discarded'].includes(
    deployment.state,
  );
  return (
    <ol className={styles.steps} aria-label={t('deployment.progress')}>
      {way.map((state, index) => {
        const at = entered.get(state);
        const current = index === last;
        let mark = 'todo';
        if (current && stopped) {
          mark = 'stopped';
        } else if (current && deployment.state !== 'succeeded') {
          mark = 'current';
        } else if (index <= last) {
          mark = 'done';
        }
        return (
          <li
            key={state}
            className={styles.step}
            data-mark={mark}
            aria-current={mark === 'current' ? 'step' : undefined}
          >
            <span className={styles.dot} aria-hidden="true" />
            <span>{t(`state.${state}` as TextKey)}</span>
            <span className={styles.time}>{at ? formatClock(at) : ''}</span>
          </li>
        );
      })}
    </ol>
  );
}
