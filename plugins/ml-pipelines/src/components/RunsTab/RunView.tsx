import { useEffect, useState } from 'react';
import { ButtonLink, Link, Text } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import {
  isFinalRunState,
  modelPagePath,
  pipelinePagePath,
  Run,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useRun } from '../../hooks/useRun';
import { useRunLog } from '../../hooks/useRunLog';
import { TextKey, useText } from '../../translation';
import { FailurePanel } from '../DeploymentsTab/FailurePanel';
import {
  entityName,
  formatDuration,
  formatNumber,
  formatTime,
} from '../shared/format';
import { ProgressBar } from '../shared/ProgressBar';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { RunActions } from './RunActions';
import { RunArtifacts } from './RunArtifacts';
import { ProgressLog } from '../shared/ProgressLog';
import {
  formatMetric,
  metricNames,
  runSeconds,
  useMetricLabel,
} from './runFigures';
import styles from '../shared/page.module.css';

/** One run: how far it is, what came out, its log, and what went wrong. */
export function RunView(props: { pipeline: string; id: string }) {
  const t = useText();
  const run = useRun(props.pipeline, props.id);
  const log = useRunLog(props.id, run.value?.state, run.refresh);
  return (
    <div className={styles.stack}>
      <div>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={`${pipelinePagePath(props.pipeline)}/runs`}
        >
          {t('runs.back')}
        </ButtonLink>
      </div>
      <QueryState query={run} height={360}>
        {value => (
          <>
            <Head run={value} onChange={run.refresh} />
            {value.failure && <FailurePanel failure={value.failure} />}
            <div className={styles.columns}>
              <Section title={t('run.metrics.title')}>
                <Metrics run={value} />
              </Section>
              <Section title={t('run.artifacts.title')}>
                <RunArtifacts run={value} />
              </Section>
            </div>
          </>
        )}
      </QueryState>
      <Section title={t('run.log.title')}>
        <ProgressLog
          label={t('run.log.title')}
          log={log}
          live={run.value !== undefined && !isFinalRunState(run.value.state)}
        />
      </Section>
    </div>
  );
}

function Head(props: { run: Run; onChange: () => void }) {
  const { run } = props;
  const t = useText();
  const ended = isFinalRunState(run.state);
  useTick(!ended);
  const seconds = runSeconds(run);
  const { progress } = run;
  return (
    <div className={styles.stack}>
      <div className={styles.bar} style={{ marginBottom: 0 }}>
        <div className={styles.tight}>
          <Text as="h2" variant="title-small">
            {t(`run.kind.${run.kind}` as TextKey)}
          </Text>
          <span className={styles.muted}>
            {[
              t('run.because', {
                trigger: t(`run.trigger.${run.trigger}` as TextKey),
              }),
              run.createdBy && entityName(run.createdBy),
              formatTime(run.createdAt),
              run.dueAt && t('run.due', { time: formatTime(run.dueAt) }),
              seconds !== undefined && formatDuration(seconds),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        <RunActions run={run} onChange={props.onChange} />
      </div>
      <div className={styles.tight} role="status">
        <StatusLabel
          state={run.state}
          text={t(`run.state.${run.state}` as TextKey)}
        />
      </div>
      {!ended && (
        <div className={styles.tight}>
          <ProgressBar
            label={t('run.progress')}
            done={progress?.done ?? 0}
            total={progress?.total}
          />
          {progress && (
            <span className={styles.muted}>
              {[
                t(`run.progress.${progress.unit}` as TextKey, {
                  done: formatNumber(progress.done, 0),
                  total:
                    progress.total === undefined
                      ? '?'
                      : formatNumber(progress.total, 0),
                }),
                progress.message,
              ]
                .filter(Boolean)
                .join(' · ')}
            </span>
          )}
        </div>
      )}
      <dl className={styles.facts}>
        <div>
          <dt>{t('pipeline.status.revision')}</dt>
          <dd>{run.revision || t('run.unsaved')}</dd>
        </div>
        <div>
          <dt>{t('pipeline.status.target')}</dt>
          <dd>{run.target}</dd>
        </div>
        {run.workers !== undefined && run.workers > 1 && (
          <div>
            <dt>{t('run.workers')}</dt>
            <dd>{formatNumber(run.workers)}</dd>
          </div>
        )}
        {run.model && (
          <div>
            <dt>{t('runs.column.model')}</dt>
            <dd>
              <Link href={modelPagePath(run.pipeline)}>{run.model}</Link>
            </dd>
          </div>
        )}
        {run.repeats && (
          <div>
            <dt>{t('run.repeats')}</dt>
            <dd>
              <Link href={runPagePath(run.pipeline, run.repeats)}>
                {t('run.repeats.open')}
              </Link>
            </dd>
          </div>
        )}
      </dl>
    </div>
  );
}

function Metrics({ run }: { run: Run }) {
  const t = useText();
  const label = useMetricLabel();
  const names = metricNames([run]);
  if (names.length === 0) {
    return (
      <Text as="p" color="secondary">
        {t(isFinalRunState(run.state) ? 'common.none' : 'run.metrics.later')}
      </Text>
    );
  }
  return (
    <dl className={styles.facts}>
      {names.map(name => (
        <div key={name}>
          <dt>{label(name)}</dt>
          <dd>{formatMetric(name, run.metrics[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Draws again every second, for durations that go on. */
function useTick(enabled: boolean) {
  const [, tick] = useState(0);
  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    const timer = setInterval(() => tick(n => n + 1), 1_000);
    return () => clearInterval(timer);
  }, [enabled]);
}
