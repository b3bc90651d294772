import type { Alert } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { entityName, formatTime } from '../shared/format';
import styles from '../shared/page.module.css';

/** State of an alert, and what somebody did about it. */
export function AlertState({ alert }: { alert: Alert }) {
  const t = useText();
  const isOpen = alert.state !== 'resolved';
  return (
    <div>
      {t(`alerts.${alert.state}` as TextKey)}
      {isOpen && alert.acknowledgedBy && (
        <div className={styles.muted}>
          {t('alerts.acknowledgedBy', {
            who: entityName(alert.acknowledgedBy),
          })}
        </div>
      )}
      {isOpen && alert.silencedUntil && (
        <div className={styles.muted}>
          {t('alerts.silencedUntil', { time: formatTime(alert.silencedUntil) })}
        </div>
      )}
    </div>
  );
}
