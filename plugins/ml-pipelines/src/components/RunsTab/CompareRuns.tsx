import { Alert, Button, Link } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import { Run, runPagePath } from '@mlpipe/plugin-ml-pipelines-common';
import { ComparedRuns, useComparedRuns } from '../../hooks/useComparedRuns';
import { TextKey, useText } from '../../translation';
import { formatDuration, formatNumber, formatTime } from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { RevisionDifferences } from './RevisionDifferences';
import {
  formatMetric,
  metricNames,
  runSeconds,
  useMetricLabel,
} from './runFigures';
import styles from '../shared/page.module.css';
import own from './RunsTab.module.css';

/** Runs beside each other; differences are against the first one. */
export function CompareRuns(props: {
  pipeline: string;
  ids: string[];
  onBack: () => void;
}) {
  const t = useText();
  const compared = useComparedRuns(props.pipeline, props.ids);
  return (
    <div className={styles.stack}>
      <div>
        <Button
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          onPress={props.onBack}
        >
          {t('runs.back')}
        </Button>
      </div>
      <QueryState query={compared} height={360}>
        {value => <Comparison pipeline={props.pipeline} compared={value} />}
      </QueryState>
    </div>
  );
}

function Comparison(props: { pipeline: string; compared: ComparedRuns }) {
  const { pipeline, compared } = props;
  const { runs } = compared;
  const t = useText();
  const label = useMetricLabel();
  const foreign = runs.some(run => run.pipeline !== pipeline);
  const facts: Array<[string, (run: Run) => string]> = [
    [t('runs.column.state'), run => t(`run.state.${run.state}` as TextKey)],
    [
      t('runs.column.trigger'),
      run => t(`run.trigger.${run.trigger}` as TextKey),
    ],
    [t('pipeline.status.revision'), run => String(run.revision || '–')],
    [t('pipeline.status.target'), run => run.target],
    [t('runs.column.model'), run => run.model ?? '–'],
  ];
  return (
    <>
      {foreign && (
        <Alert status="warning" icon title={t('runs.compare.foreign')} />
      )}
      <Section title={t('runs.compare.title')}>
        <div className={own.scroll}>
          <table className={own.table} aria-label={t('runs.compare.title')}>
            <thead>
              <tr>
                <th scope="col">{t('runs.compare.what')}</th>
                {runs.map(run => (
                  <th key={run.id} scope="col">
                    <Link href={runPagePath(run.pipeline, run.id)}>
                      {t(`run.kind.${run.kind}` as TextKey)}
                    </Link>
                    <div className={styles.muted}>
                      {formatTime(run.startedAt ?? run.createdAt)}
                    </div>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {facts.map(([name, read]) => (
                <tr key={name} data-differs={differs(runs.map(read))}>
                  <th scope="row">{name}</th>
                  {runs.map(run => (
                    <td key={run.id}>{read(run)}</td>
                  ))}
                </tr>
              ))}
              <Figures
                label={t('runs.column.duration')}
                values={runs.map(run => runSeconds(run))}
                format={formatDuration}
                keys={runs.map(({ id }) => id)}
              />
              {metricNames(runs).map(name => (
                <Figures
                  key={name}
                  label={label(name)}
                  values={runs.map(run => run.metrics[name])}
                  format={value => formatMetric(name, value)}
                  keys={runs.map(({ id }) => id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <RevisionDifferences compared={compared} />
    </>
  );
}

function Figures(props: {
  label: string;
  values: Array<number | undefined>;
  format: (value: number) => string;
  keys: string[];
}) {
  const { values, format, keys } = props;
  const t = useText();
  const [first] = values;
  return (
    <tr data-differs={differs(values)}>
      <th scope="row">{props.label}</th>
      {values.map((value, index) => (
        <td key={keys[index]}>
          {value === undefined ? '–' : format(value)}
          {index > 0 && value !== undefined && first !== undefined && (
            <div className={styles.muted}>
              {value === first
                ? t('runs.compare.same')
                : t('runs.compare.difference', {
                    difference: difference(first, value),
                  })}
            </div>
          )}
        </td>
      ))}
    </tr>
  );
}

function differs(values: unknown[]): boolean {
  return new Set(values).size > 1;
}

/** With its sign, and as a share of the first value where there is one. */
function difference(first: number, value: number): string {
  const signed = (figure: number, digits: number) =>
    `${figure > 0 ? '+' : '−'}${formatNumber(Math.abs(figure), digits)}`;
  const absolute = signed(value - first, 3);
  return first === 0
    ? absolute
    : `${absolute} (${signed((100 * (value - first)) / Math.abs(first), 1)} %)`;
}
