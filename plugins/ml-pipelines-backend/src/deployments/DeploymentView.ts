import type {
  DeployedModel,
  Deployment,
  DeploymentWait,
} from '@mlpipe/plugin-ml-pipelines-common';
import { isTerminalState } from '@mlpipe/plugin-ml-pipelines-common';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type { DeploymentRecord } from './DeploymentRecord';
import type { DeploymentStore } from './DeploymentStore';

/** What a deployment waits for while nothing else is the reason. */
const NEXT_FREE =
  'Waiting for a backend that has a place free; it starts by itself.';

/** Shows deployments as the API does. Why one is queued depends on the others, so it is worked out on reading. */
export class DeploymentView {
  constructor(
    private readonly store: DeploymentStore,
    private readonly targets: Pick<TargetRegistry, 'get'>,
  ) {}

  async toDeployment(record: DeploymentRecord): Promise<Deployment> {
    return {
      id: record.id,
      pipeline: record.pipeline,
      action: record.action,
      revision: record.revision,
      target: record.target,
      state: record.state,
      attempt: record.attempt,
      createdBy: record.createdBy,
      createdAt: record.createdAt,
      updatedAt: record.updatedAt,
      startedAt: record.startedAt,
      finishedAt: record.finishedAt,
      history: record.history,
      wait: await this.waitOf(record),
      plan: record.plan,
      failure: record.failure,
      endpoint: record.endpoint,
      model: shownModel(record),
      cost: record.cost,
      cancelRequested: record.cancelRequested,
      movesFrom: record.options.movesFrom,
      after: record.options.after,
    };
  }

  private async waitOf(
    record: DeploymentRecord,
  ): Promise<DeploymentWait | undefined> {
    if (isTerminalState(record.state)) {
      return undefined;
    }
    const since = record.history[record.history.length - 1].at;
    const wait =
      record.state === 'queued'
        ? { since, ...(await this.whyQueued(record)) }
        : record.wait;
    if (!wait) {
      return undefined;
    }
    return { ...wait, usualSeconds: await this.usualSeconds(record) };
  }

  private async whyQueued(
    record: DeploymentRecord,
  ): Promise<{ reason: string; wayOut?: string }> {
    const open = await this.store.listOpen();
    const before = open
      .filter(
        other =>
          other.pipeline === record.pipeline && other.ordinal < record.ordinal,
      )
      .pop();
    if (before) {
      const what =
        before.action === 'deploy'
          ? `deploys revision ${before.revision}`
          : 'takes the pipeline off its target';
      return {
        reason: `Waiting for deployment ${
          before.id
        }, which ${what} and is ${before.state.replace('_', ' ')}.`,
        wayOut:
          before.state === 'awaiting_approval'
            ? 'Approve, discard or cancel that deployment.'
            : 'It starts by itself; cancel the other one to start sooner.',
      };
    }
    const limit = await this.targets.get(record.target).then(
      ({ target }) => target.concurrency,
      () => Infinity,
    );
    const busy = open.filter(
      other => other.target === record.target && other.lease,
    ).length;
    return busy >= limit
      ? {
          reason: `Waiting for target ${record.target}, on which ${busy} deployments are under way; it takes ${limit} at a time.`,
          wayOut: 'It starts by itself when one of them ends.',
        }
      : { reason: NEXT_FREE };
  }

  /** Median, so that one stuck deployment does not spoil it. */
  private async usualSeconds(
    record: DeploymentRecord,
  ): Promise<number | undefined> {
    const durations = await this.store.recentDurations(record, record.state);
    const sorted = durations.sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return median === undefined ? undefined : Math.round(median * 10) / 10;
  }
}

function shownModel({
  options: { model },
}: DeploymentRecord): DeployedModel | undefined {
  return (
    model && { run: model.run, version: model.version, digest: model.digest }
  );
}
