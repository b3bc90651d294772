import { useEffect, useState } from 'react';
import { ButtonLink, Link, Text } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import {
  Deployment,
  isTerminalState,
  pipelinePagePath,
  runPagePath,
} from '@mlpipe/plugin-ml-pipelines-common';
import { useDeployment } from '../../hooks/useDeployment';
import { useDeploymentLog } from '../../hooks/useDeploymentLog';
import { TextKey, useText } from '../../translation';
import {
  entityName,
  formatAgo,
  formatDuration,
  formatNumber,
} from '../shared/format';
import { QueryState } from '../shared/QueryState';
import { Section } from '../shared/Section';
import { StatusLabel } from '../shared/StatusLabel';
import { DeploymentActions } from './DeploymentActions';
import { DeploymentChanges } from './DeploymentChanges';
import { ProgressLog } from '../shared/ProgressLog';
import { DeploymentProgress } from './DeploymentProgress';
import { deploymentSeconds, useDeploymentAction } from './deploymentText';
import { FailurePanel } from './FailurePanel';
import { PlanView } from './PlanView';
import styles from '../shared/page.module.css';

/** One deployment: where it is and why, its plan, its log, and what went wrong. */
export function DeploymentView(props: { pipeline: string; id: string }) {
  const t = useText();
  const deployment = useDeployment(props.id);
  const log = useDeploymentLog(
    props.id,
    deployment.value?.state,
    deployment.refresh,
  );
  return (
    <div className={styles.stack}>
      <div>
        <ButtonLink
          size="small"
          variant="tertiary"
          iconStart={<RiArrowLeftLine />}
          href={`${pipelinePagePath(props.pipeline)}/deployments`}
        >
          {t('deployments.back')}
        </ButtonLink>
      </div>
      <QueryState query={deployment} height={360}>
        {value => (
          <>
            <Head deployment={value} onChange={deployment.refresh} />
            {value.failure && <FailurePanel failure={value.failure} />}
            {value.action === 'deploy' && (
              <DeploymentChanges deployment={value} />
            )}
            <Section title={t('deployment.plan.title')}>
              <PlanView
                plan={value.plan}
                ended={isTerminalState(value.state)}
              />
            </Section>
          </>
        )}
      </QueryState>
      <Section title={t('deployment.log.title')}>
        <ProgressLog
          label={t('deployment.log.title')}
          log={log}
          live={
            deployment.value !== undefined &&
            !isTerminalState(deployment.value.state)
          }
        />
      </Section>
    </div>
  );
}

function Head(props: { deployment: Deployment; onChange: () => void }) {
  const { deployment } = props;
  const t = useText();
  const action = useDeploymentAction();
  const ended = isTerminalState(deployment.state);
  const seconds = useElapsed(deployment, ended);
  const { wait, cost, endpoint, model } = deployment;
  return (
    <div className={styles.stack}>
      <div className={styles.bar}>
        <div className={styles.tight}>
          <Text as="h2" variant="title-small">
            {t('deployment.title', {
              action: action(deployment),
              target: deployment.target,
            })}
          </Text>
          <span className={styles.muted}>
            {[
              t('deployment.by', {
                user: entityName(deployment.createdBy),
                time: formatAgo(deployment.createdAt),
              }),
              deployment.movesFrom
                ? t('deployment.moves', { from: deployment.movesFrom })
                : undefined,
              deployment.after ? t('deployment.after') : undefined,
              deployment.attempt > 1
                ? t('deployment.attempt', {
                    attempt: String(deployment.attempt),
                  })
                : undefined,
              ended
                ? t('deployment.took', { duration: formatDuration(seconds) })
                : formatDuration(seconds),
              cost
                ? t('deployment.cost', {
                    cost: `${formatNumber(cost.hourly, 4)} ${cost.currency}`,
                  })
                : undefined,
              cost?.maxHourly === undefined
                ? undefined
                : t('deployment.cost.most', {
                    cost: `${formatNumber(cost.maxHourly, 4)} ${cost.currency}`,
                  }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </span>
        </div>
        <DeploymentActions deployment={deployment} onChange={props.onChange} />
      </div>
      <div className={styles.tight} aria-live="polite">
        <StatusLabel
          state={deployment.state}
          text={t(`state.${deployment.state}` as TextKey)}
        />
        {wait && !ended && (
          <span>
            {[
              wait.reason,
              t('deployment.since', { time: formatAgo(wait.since) }),
              wait.usualSeconds
                ? t('deployment.usually', {
                    duration: formatDuration(wait.usualSeconds),
                  })
                : undefined,
            ]
              .filter(Boolean)
              .join(', ')}
          </span>
        )}
        {wait?.wayOut && !ended && (
          <span className={styles.muted}>{wait.wayOut}</span>
        )}
        {model && (
          <span>
            {t('deployment.model')}{' '}
            <Link href={runPagePath(deployment.pipeline, model.run)}>
              {model.version}
            </Link>
          </span>
        )}
        {endpoint && (
          <span>
            {t('deployment.endpoint')}{' '}
            <Link href={endpoint} target="_blank" rel="noopener noreferrer">
              {endpoint}
            </Link>
          </span>
        )}
      </div>
      <DeploymentProgress deployment={deployment} />
    </div>
  );
}

/** Seconds so far, counting while the deployment is under way. */
function useElapsed(deployment: Deployment, ended: boolean): number {
  const [, tick] = useState(0);
  useEffect(() => {
    if (ended) {
      return undefined;
    }
    const timer = setInterval(() => tick(n => n + 1), 1_000);
    return () => clearInterval(timer);
  }, [ended]);
  return deploymentSeconds(deployment);
}
