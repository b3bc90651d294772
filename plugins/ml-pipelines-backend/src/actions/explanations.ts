import {
  Alert,
  Deployment,
  deploymentPagePath,
  PipelineDetail,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';

/** What explaining actions say. */
export interface Explanation {
  failing: boolean;
  subject: 'deployment' | 'workload';
  summary: string;
  cause?: string;
  node?: string;
  code?: string;
  nextStep: string;
}

/** Why a deployment is where it is. */
export function explainDeployment(
  deployment: Deployment,
  errorLines: string[],
): Explanation & { excerpt: string[]; link: string } {
  const { id, pipeline, revision, target, action, state, failure, wait } =
    deployment;
  const what =
    action === 'deploy'
      ? `deployment of revision ${revision} of "${pipeline}" to target "${target}"`
      : `removal of "${pipeline}" from target "${target}"`;
  const link = deploymentPagePath(pipeline, id);
  const subject = 'deployment';
  if (state !== 'failed') {
    const since = state.replace('_', ' ');
    return {
      failing: false,
      subject,
      summary: `The ${what} has not failed; it is ${since}.`,
      cause: wait?.reason,
      nextStep: wait?.wayOut ?? 'Nothing needs to be done about it.',
      excerpt: [],
      link,
    };
  }
  return {
    failing: true,
    subject,
    summary: `The ${what} failed${
      failure?.node ? ` at node "${failure.node}"` : ''
    }: ${failure?.message ?? 'the reason was not recorded.'}`,
    cause: failure?.message,
    node: failure?.node,
    code: failure?.code,
    nextStep: failure?.hint ?? 'Read the log of the deployment.',
    excerpt: failure?.excerpt?.length ? failure.excerpt : errorLines,
    link,
  };
}

/** Why what runs of a pipeline is not well. */
export function explainWorkload(
  pipeline: PipelineDetail,
  status: WorkloadStatus | undefined,
  firing: Array<Pick<Alert, 'rule' | 'summary' | 'node'>>,
): Explanation {
  const { name, deployedRevision } = pipeline;
  const target = pipeline.deployedTarget ?? pipeline.target;
  const subject = 'workload';
  if (!status) {
    return {
      failing: false,
      subject,
      summary: `Nothing of "${name}" is deployed.`,
      nextStep: `Deploy revision ${pipeline.revision} when it is wanted.`,
    };
  }
  const it = `Revision ${deployedRevision} of "${name}" on target "${target}"`;
  const cause = status.lastError?.message ?? status.reason;
  const node = status.lastError?.node;
  switch (status.phase) {
    case 'unknown':
      return {
        failing: true,
        subject,
        summary: `Nobody knows how "${name}" is: target "${target}" does not answer.`,
        cause,
        nextStep: `See whether target "${target}" is up and whether the portal can reach it. The pipeline itself may run.`,
      };
    case 'absent':
    case 'stopped':
      return {
        failing: true,
        subject,
        summary: `${it} should run, but nothing of it is there.`,
        cause,
        node,
        nextStep: 'Deploy it again.',
      };
    case 'failed':
      return {
        failing: true,
        subject,
        summary: `${it} does not run${node ? `: node "${node}" fails` : ''}.`,
        cause,
        node,
        nextStep: node
          ? `Correct the parameters of node "${node}" or what it reads, then deploy again. The excerpt shows its last words.`
          : 'Read the excerpt of its log, correct the cause, then deploy again.',
      };
    default:
      break;
  }
  if (status.phase === 'degraded' || firing.length > 0 || cause) {
    const first = firing[0];
    return {
      failing: status.phase === 'degraded' || firing.length > 0,
      subject,
      summary: `${it} runs, but not well: ${
        first?.summary ?? cause ?? pipeline.statusReason ?? 'it is degraded.'
      }`,
      cause: cause ?? first?.summary ?? pipeline.statusReason,
      node: node ?? first?.node,
      nextStep: first
        ? `Look at the charts around the time at which alert "${first.rule}" began, and at the lines concerned.`
        : 'Look at its status and log; it may need more memory or replicas.',
    };
  }
  if (pipeline.status === 'degraded' && pipeline.statusReason) {
    return {
      failing: true,
      subject,
      summary: `${it} runs, but not well: ${pipeline.statusReason}`,
      cause: pipeline.statusReason,
      nextStep:
        'Look at its charts; more CPU or replicas help against latency, its log against failing requests.',
    };
  }
  return {
    failing: false,
    subject,
    summary: `${it} is ${status.phase}; nothing has failed.`,
    nextStep: 'Nothing needs to be done about it.',
  };
}
