import { RiAlertLine, RiCloseCircleLine } from '@remixicon/react';
import type { Problem } from '@mlpipe/plugin-ml-pipelines-common';
import { useText } from '../../translation';
import { useProblemText } from './useProblemText';
import styles from './ProblemList.module.css';

/** All problems of a pipeline: where, what, and what to do. */
export function ProblemList(props: {
  problems: readonly Problem[];
  label: string;
  /** Words for where to correct a problem; its node or path when absent. */
  where?: (problem: Problem) => string | undefined;
}) {
  const t = useText();
  const text = useProblemText();
  return (
    <ul className={styles.list} aria-label={props.label}>
      {props.problems.map(problem => {
        const { message, hint } = text(problem);
        const where = [
          problem.line
            ? t('common.line', { line: String(problem.line) })
            : undefined,
          props.where?.(problem) ??
            (problem.node
              ? t('common.node', { node: problem.node })
              : problem.path.join('.')),
        ].filter(Boolean);
        const error = problem.severity === 'error';
        return (
          <li
            key={`${problem.code} ${problem.path.join('.')} ${problem.message}`}
            className={styles.item}
            data-severity={problem.severity}
          >
            <span
              className={styles.icon}
              role="img"
              aria-label={t(error ? 'severity.error' : 'severity.warning')}
            >
              {error ? <RiCloseCircleLine /> : <RiAlertLine />}
            </span>
            <div>
              <div className={styles.where}>{where.join(', ')}</div>
              <div>{message}</div>
              {hint && <div className={styles.hint}>{hint}</div>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
