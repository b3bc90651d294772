import { useMemo } from 'react';
import { Alert, Text } from '@backstage/ui';
import type { RunLogResult } from '../../hooks/useRunLog';
import { TextKey, useText } from '../../translation';
import { formatClock } from '../shared/format';
import { LogLines } from '../shared/LogLines';
import styles from '../shared/page.module.css';

const WORDS: Partial<Record<RunLogResult['stream'], TextKey>> = {
  open: 'deployment.log.live',
  connecting: 'deployment.log.connecting',
  unavailable: 'deployment.log.polling',
};

/** Log of a run, as it is written. */
export function RunLogView(props: { log: RunLogResult; live: boolean }) {
  const { log, live } = props;
  const t = useText();
  const lines = useMemo(
    () =>
      log.lines.map(line => ({
        key: String(line.sequence),
        time: line.time,
        level: line.level,
        from: line.node,
        message: line.message,
      })),
    [log.lines],
  );
  const word = live ? WORDS[log.stream] : undefined;
  return (
    <div className={styles.tight}>
      {log.error && (
        <Alert
          status="warning"
          icon
          title={t('common.stale')}
          description={log.error.message}
        />
      )}
      {lines.length === 0 ? (
        <Text as="p" color="secondary">
          {t('deployment.log.empty')}
        </Text>
      ) : (
        <LogLines
          lines={lines}
          label={t('run.log.title')}
          formatTime={formatClock}
          live={live}
        />
      )}
      <span className={styles.muted}>{word ? t(word) : ''}</span>
    </div>
  );
}
