import { useMemo } from 'react';
import { Alert, Text } from '@backstage/ui';
import type { ResumableLogResult } from '../../hooks/useResumableLog';
import { TextKey, useText } from '../../translation';
import { formatClock } from './format';
import { LogLines } from './LogLines';
import styles from './page.module.css';

/** A line of the log of a deployment or run: from a step, or from a node. */
interface Line {
  sequence: number;
  time: string;
  level: 'info' | 'warning' | 'error';
  step?: string;
  node?: string;
  message: string;
}

const WORDS: Partial<Record<ResumableLogResult<Line>['stream'], TextKey>> = {
  open: 'deployment.log.live',
  connecting: 'deployment.log.connecting',
  unavailable: 'deployment.log.polling',
};

/** Log of a deployment or run, as it is written. */
export function ProgressLog(props: {
  /** What it is, for screen readers. */
  label: string;
  log: ResumableLogResult<Line>;
  live: boolean;
}) {
  const { log, live } = props;
  const t = useText();
  const lines = useMemo(
    () =>
      log.lines.map(line => ({
        key: String(line.sequence),
        time: line.time,
        level: line.level,
        from: line.step ?? line.node,
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
          label={props.label}
          formatTime={formatClock}
          live={live}
        />
      )}
      <span className={styles.muted}>{word ? t(word) : ''}</span>
    </div>
  );
}
