import { useLayoutEffect, useRef } from 'react';
import styles from './LogLines.module.css';

/** One line of any log. */
export interface ShownLine {
  key: string;
  time: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  /** Step or node that wrote it. */
  from?: string;
  message: string;
}

/** Pixels from the end within which new lines keep the end in view. */
const NEAR_END = 40;

/** Lines of a log; stays at the end while the reader is there. */
export function LogLines(props: {
  lines: ShownLine[];
  label: string;
  formatTime: (time: string) => string;
  /** Whether new lines are still to come, and should be read out. */
  live?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && atEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
  }, [props.lines]);
  return (
    <div
      ref={box}
      className={styles.box}
      role="log"
      aria-label={props.label}
      aria-live={props.live ? 'polite' : 'off'}
      // A scrolling region must be reachable with the keyboard.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={event => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END;
      }}
    >
      {props.lines.map(line => (
        <div key={line.key} className={styles.line} data-level={line.level}>
          <time className={styles.time} dateTime={line.time}>
            {props.formatTime(line.time)}
          </time>
          <span className={styles.level}>{line.level}</span>
          {line.from && <span className={styles.from}>{line.from}</span>}
          <span className={styles.message}>{line.message}</span>
        </div>
      ))}
    </div>
  );
}
