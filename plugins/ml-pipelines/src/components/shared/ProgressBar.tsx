import styles from './ProgressBar.module.css';

/** How far something is; without a total only that it goes on. */
export function ProgressBar(props: {
  label: string;
  done: number;
  total?: number;
}) {
  const { label, total } = props;
  const done = total === undefined ? undefined : Math.min(props.done, total);
  return (
    <div
      className={styles.track}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <div
        className={
          done === undefined ? `${styles.fill} ${styles.unknown}` : styles.fill
        }
        style={
          done === undefined
            ? undefined
            : { width: `${(100 * done) / Math.max(1, total ?? 1)}%` }
        }
      />
    </div>
  );
}
