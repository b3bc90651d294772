import type { ObjectiveResult } from '@mlpipe/plugin-ml-pipelines-common';
import { TextKey, useText } from '../../translation';
import { formatMilliseconds, formatNumber } from './format';
import { StatusLabel } from './StatusLabel';
import styles from './page.module.css';

const stateOf = ({ met }: ObjectiveResult) => {
  if (met === undefined) {
    return 'unknown';
  }
  return met ? 'running' : 'failed';
};

/** The value of an objective in its unit. */
export function formatObjective(
  objective: ObjectiveResult['objective'],
  value: number,
): string {
  return objective === 'latencyP95Ms'
    ? formatMilliseconds(value)
    : `${formatNumber(value)} %`;
}

/** What a pipeline promises, and whether it keeps it. */
export function ObjectiveList({ results }: { results: ObjectiveResult[] }) {
  const t = useText();
  return (
    <ul className={styles.plain}>
      {results.map(result => {
        const { objective, bound, actual, met } = result;
        return (
          <li key={objective}>
            <StatusLabel
              state={stateOf(result)}
              text={t(`portfolio.objective.${objective}` as TextKey)}
            />
            <div className={styles.muted}>
              {actual === undefined
                ? t('portfolio.objective.unmeasured', {
                    bound: formatObjective(objective, bound),
                  })
                : t(
                    met
                      ? 'portfolio.objective.met'
                      : 'portfolio.objective.missed',
                    {
                      actual: formatObjective(objective, actual),
                      bound: formatObjective(objective, bound),
                    },
                  )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
