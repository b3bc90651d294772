import type { ReactElement } from 'react';
import {
  RiAlertLine,
  RiBookOpenLine,
  RiCheckboxCircleLine,
  RiCloseCircleLine,
  RiDraftLine,
  RiInformationLine,
  RiLoader4Line,
  RiPauseCircleLine,
  RiQuestionLine,
  RiStopCircleLine,
  RiTimeLine,
} from '@remixicon/react';
import styles from './StatusLabel.module.css';

/** How a state is shown; never by colour alone. */
export type Tone = 'success' | 'info' | 'warning' | 'danger' | 'neutral';

const icons: Record<string, { tone: Tone; icon: ReactElement }> = {
  draft: { tone: 'neutral', icon: <RiDraftLine /> },
  absent: { tone: 'neutral', icon: <RiDraftLine /> },
  deploying: { tone: 'info', icon: <RiLoader4Line className={styles.busy} /> },
  starting: { tone: 'info', icon: <RiLoader4Line className={styles.busy} /> },
  learning: { tone: 'info', icon: <RiBookOpenLine /> },
  running: { tone: 'success', icon: <RiCheckboxCircleLine /> },
  degraded: { tone: 'warning', icon: <RiAlertLine /> },
  failed: { tone: 'danger', icon: <RiCloseCircleLine /> },
  stopped: { tone: 'neutral', icon: <RiStopCircleLine /> },
  unknown: { tone: 'neutral', icon: <RiQuestionLine /> },
  queued: { tone: 'neutral', icon: <RiTimeLine /> },
  planning: { tone: 'info', icon: <RiLoader4Line className={styles.busy} /> },
  planned: { tone: 'info', icon: <RiTimeLine /> },
  awaiting_approval: { tone: 'warning', icon: <RiPauseCircleLine /> },
  applying: { tone: 'info', icon: <RiLoader4Line className={styles.busy} /> },
  verifying: { tone: 'info', icon: <RiLoader4Line className={styles.busy} /> },
  succeeded: { tone: 'success', icon: <RiCheckboxCircleLine /> },
  cancelled: { tone: 'neutral', icon: <RiStopCircleLine /> },
  discarded: { tone: 'neutral', icon: <RiStopCircleLine /> },
  ready: { tone: 'success', icon: <RiCheckboxCircleLine /> },
  notReady: { tone: 'danger', icon: <RiCloseCircleLine /> },
  critical: { tone: 'danger', icon: <RiCloseCircleLine /> },
  warning: { tone: 'warning', icon: <RiAlertLine /> },
  info: { tone: 'info', icon: <RiQuestionLine /> },
  note: { tone: 'neutral', icon: <RiInformationLine /> },
};

/**
 * A state as icon and text.
 *
 * @param state - Name of a pipeline status, workload phase, deployment state or severity.
 */
export function StatusLabel(props: {
  state: string;
  text: string;
  className?: string;
}) {
  const { tone, icon } = icons[props.state] ?? icons.unknown;
  return (
    <span
      className={[styles.label, props.className].filter(Boolean).join(' ')}
      data-tone={tone}
    >
      <span className={styles.icon} aria-hidden="true">
        {icon}
      </span>
      {props.text}
    </span>
  );
}
