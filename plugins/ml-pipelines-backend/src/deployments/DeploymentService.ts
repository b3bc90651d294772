import { ConflictError, NotFoundError } from '@backstage/errors';
import type {
  createDeploymentRequestSchema,
  Deployment,
  DeploymentList,
  DeploymentLog,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { JsonObject } from '@backstage/types';
import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import { approvedActionsOf } from '../executor/approval';
import type { PinnedModel, ServedModels } from '../models/ServedModels';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { TargetRegistry } from '../targets/TargetRegistry';
import type { DeploymentChanges } from './DeploymentChanges';
import type { DeploymentLogStore } from './DeploymentLogStore';
import type { DeploymentRecord } from './DeploymentRecord';
import type { DeploymentStore } from './DeploymentStore';
import type { DeploymentView } from './DeploymentView';
import { newRelease } from './newRelease';
import type { OpenApiStore } from './OpenApiStore';
import type { PipelineStacks } from './PipelineStacks';
import type { PlanStore } from './PlanStore';

type CreateRequest = z.output<typeof createDeploymentRequestSchema>;

/** The database says when a deployment was created, the backend when its pipeline was. */
const CLOCK_TOLERANCE_MS = 10_000;

/** Options of {@link DeploymentService}. */
export interface DeploymentServiceOptions {
  store: DeploymentStore;
  logs: DeploymentLogStore;
  plans: PlanStore;
  openApi: OpenApiStore;
  changes: DeploymentChanges;
  view: DeploymentView;
  pipelines: PipelineStore;
  notifier: ChangeNotifier;
  targets: Pick<TargetRegistry, 'get'>;
  stacks: Pick<PipelineStacks, 'withState'>;
  models: Pick<ServedModels, 'forDeployment'>;
  executor: { noticeCancel(id: string): Promise<void> };
}

/** What people ask of deployments; the executor does the work. */
export class DeploymentService {
  constructor(private readonly options: DeploymentServiceOptions) {}

  /**
   * Queues a deployment. A revision for another target than the pipeline runs
   * on comes up there first; then it is taken off the old one.
   *
   * @param chosenModel - one that somebody asked for; else whichever fits
   * @throws NotFoundError for an unknown pipeline or revision
   * @throws ConflictError when the two targets are one and the same place
   */
  async create(
    name: string,
    request: CreateRequest,
    createdBy: string,
    chosenModel?: PinnedModel,
  ): Promise<Deployment> {
    const { pipelines, store, models } = this.options;
    const { pipeline, deployed, number, revision, target } = await this.lookUp(
      name,
      request,
    );
    if (!pipeline) {
      throw new NotFoundError(`Pipeline "${name}" does not exist.`);
    }
    if (!revision || target === undefined) {
      throw new NotFoundError(
        `Pipeline "${name}" has no revision ${number}; its newest one is ${pipeline.revision}.`,
      );
    }
    const movesFrom =
      request.action === 'deploy' && deployed && deployed.target !== target
        ? deployed.target
        : undefined;
    if (movesFrom !== undefined) {
      await this.refuseSamePlace(name, movesFrom, target);
    }
    if (request.action === 'destroy') {
      await this.checkRemoval(name, request, target, deployed?.target);
    }
    // What is left on a target changes nothing about what runs on another one.
    const leftover =
      request.action === 'destroy' && deployed && deployed.target !== target;
    const model =
      request.action === 'deploy'
        ? chosenModel ?? (await models.forDeployment(name, revision.document))
        : undefined;
    const id = randomUUID();
    const record = await store.create({
      id,
      pipeline: name,
      action: request.action,
      revision: number,
      target,
      release: newRelease(number, id),
      options: {
        force: request.force,
        deletePipeline: request.action === 'destroy' && request.deletePipeline,
        keepData: request.action === 'destroy' && request.keepData,
        movesFrom,
        model,
      },
      createdBy,
      idempotencyKey: request.idempotencyKey,
    });
    if (record.id === id) {
      await this.log(
        id,
        request.action === 'deploy'
          ? `${createdBy} deploys revision ${number} to target ${
              record.target
            }.${
              movesFrom
                ? ` It is taken off target ${movesFrom} once it is up.`
                : ''
            }${
              model
                ? ` It starts with model ${model.version} of run ${model.run}.`
                : ''
            }`
          : `${createdBy} takes the pipeline off target ${record.target}.`,
      );
      if (!leftover) {
        await pipelines.updateStatus(name, { status: 'deploying' });
      }
      await pipelines.setLastDeployment(name, {
        id,
        state: record.state,
        at: record.createdAt,
      });
      await this.changed(record);
    }
    return this.options.view.toDeployment(record);
  }

  /**
   * Whether a pipeline could come up on a target while it runs where it does.
   *
   * @throws NotFoundError, ServiceUnavailableError for a target that cannot be used
   * @throws ConflictError when the two targets are one and the same place
   */
  async checkMove(name: string, target: string): Promise<void> {
    await this.options.targets.get(target);
    const from = (await this.options.pipelines.get(name))?.deployedTarget;
    if (from !== undefined && from !== target) {
      await this.refuseSamePlace(name, from, target);
    }
  }

  /** The targets that a request for a deployment is about, for permission checks: the new and, of a move, the old one. */
  async subjectsOf(
    name: string,
    request: CreateRequest,
  ): Promise<Array<{ target?: string }>> {
    const { target, deployed } = await this.lookUp(name, request);
    const from = request.action === 'deploy' ? deployed?.target : undefined;
    const all = [...new Set([target, from])].filter(t => t !== undefined);
    return all.length > 0 ? all.map(t => ({ target: t })) : [{}];
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Deployment> {
    return this.options.view.toDeployment(await this.find(id));
  }

  /** Newest first; those of an earlier, deleted pipeline of that name are not its own. */
  async list(
    pipeline: string,
    page: { offset: number; limit: number },
  ): Promise<DeploymentList> {
    const { store, pipelines } = this.options;
    const createdAt = (await pipelines.get(pipeline))?.createdAt;
    const since =
      createdAt &&
      new Date(Date.parse(createdAt) - CLOCK_TOLERANCE_MS).toISOString();
    const { items, totalItems } = await store.list(pipeline, {
      ...page,
      since,
    });
    return {
      items: await Promise.all(
        items.map(record => this.options.view.toDeployment(record)),
      ),
      totalItems,
    };
  }

  /** @throws NotFoundError */
  async readLog(
    id: string,
    query: { after: number; limit: number },
  ): Promise<DeploymentLog> {
    // State first: what is read afterwards is complete when it was terminal.
    const { state } = await this.find(id);
    const items = await this.options.logs.read(id, query);
    return {
      items,
      next: items[items.length - 1]?.sequence ?? query.after,
      state,
    };
  }

  /**
   * Cancels in any state before the end: what only waits ends at once, what is
   * under way stops as soon as it safely can.
   *
   * @throws ConflictError when it has ended
   */
  async cancel(id: string, user: string): Promise<Deployment> {
    const { store, executor, plans } = this.options;
    const requested = await store.requestCancel(id);
    if (!requested) {
      const { state } = await this.find(id);
      throw new ConflictError(
        `Deployment ${id} has ended already: ${state}. Nothing is left to cancel.`,
      );
    }
    await this.log(id, `${user} cancels the deployment.`);
    const idle = await store.transitionIdle(
      id,
      ['queued', 'awaiting_approval'],
      'cancelled',
    );
    if (idle) {
      await plans.delete(id);
      await this.ended(idle);
    } else {
      await executor.noticeCancel(id);
    }
    await this.changed(requested);
    return this.get(id);
  }

  /**
   * @param plan - id of the plan that the approver has read
   * @throws ConflictError when it does not wait for approval, or for that of another plan
   */
  async approve(id: string, user: string, plan?: string): Promise<Deployment> {
    const record = await this.find(id);
    if (plan !== undefined && record.plan?.id !== plan) {
      throw new ConflictError(
        `The plan of deployment ${id} was made again meanwhile. Read the new one, then approve it.`,
      );
    }
    const approved = await this.options.store.transitionIdle(
      id,
      ['awaiting_approval'],
      'planned',
      { approvedBy: user, approvedActions: approvedActionsOf(record) },
    );
    if (!approved) {
      throw notWaiting(record);
    }
    await this.log(id, `${user} approves the plan.`);
    await this.changed(approved);
    return this.get(id);
  }

  /** @throws ConflictError when it does not wait for approval */
  async discard(id: string, user: string): Promise<Deployment> {
    const discarded = await this.options.store.transitionIdle(
      id,
      ['awaiting_approval'],
      'discarded',
    );
    if (!discarded) {
      throw notWaiting(await this.find(id));
    }
    await this.options.plans.delete(id);
    await this.log(id, `${user} discards the plan.`);
    await this.ended(discarded);
    await this.changed(discarded);
    return this.get(id);
  }

  /** Description of the endpoint that was deployed last. @throws NotFoundError */
  async getOpenApi(pipeline: string): Promise<JsonObject> {
    const document = await this.options.openApi.get(pipeline);
    if (!document) {
      throw new NotFoundError(
        `Pipeline "${pipeline}" has no OpenAPI document yet. Deploy it first.`,
      );
    }
    return document;
  }

  /** Pipeline of a deployment, for permission checks. @throws NotFoundError */
  async find(id: string): Promise<DeploymentRecord> {
    const record = await this.options.store.get(id);
    if (!record) {
      throw unknownDeployment(id);
    }
    return record;
  }

  /** Whether the pipeline of a deployment still exists. */
  async hasPipeline({ pipeline }: DeploymentRecord): Promise<boolean> {
    const [found] = await this.options.pipelines.resources([pipeline]);
    return found !== undefined;
  }

  private async lookUp(name: string, request: CreateRequest) {
    const { pipelines } = this.options;
    const pipeline = await pipelines.get(name);
    const deployed = (await pipelines.listDeployed()).find(
      other => other.name === name,
    );
    const newest = pipeline?.revision ?? 0;
    if (request.action === 'deploy') {
      const number = request.revision ?? newest;
      const revision = await pipelines.getRevision(name, number);
      const target = revision?.document.spec.target;
      return { pipeline, deployed, number, revision, target };
    }
    const target =
      request.target ?? deployed?.target ?? (await this.leftTarget(name));
    const number =
      target === undefined || target === deployed?.target
        ? deployed?.revision ?? newest
        : (await this.options.store.lastRevisionOn(name, target)) ?? newest;
    const revision = await pipelines.getRevision(name, number);
    return {
      pipeline,
      deployed,
      number,
      revision,
      target: target ?? revision?.document.spec.target,
    };
  }

  /** Where something is left of a pipeline that runs nowhere. */
  private async leftTarget(pipeline: string): Promise<string | undefined> {
    const [left] = await this.options.stacks.withState({ pipeline });
    return left?.target;
  }

  /** @throws ConflictError when one target would be taken away with the other */
  private async refuseSamePlace(
    pipeline: string,
    from: string,
    to: string,
  ): Promise<void> {
    const { targets } = this.options;
    const place = async (name: string) => {
      const { driver, ref } = await targets.get(name);
      return `${driver.kind}/${driver.placeOf?.(ref) ?? name}`;
    };
    // Of a target that is not registered any more, nothing is known.
    const old = await place(from).catch(() => undefined);
    if (old !== undefined && old === (await place(to))) {
      throw new ConflictError(
        `Targets "${from}" and "${to}" are the same place, so that pipeline "${pipeline}" cannot run on both while it moves. Take it off "${from}" first, then deploy it to "${to}".`,
      );
    }
  }

  private async checkRemoval(
    name: string,
    request: CreateRequest,
    target: string,
    runsOn: string | undefined,
  ): Promise<void> {
    const left = await this.options.stacks.withState({ pipeline: name });
    if (
      request.target !== undefined &&
      target !== runsOn &&
      left.every(stack => stack.target !== target)
    ) {
      throw new NotFoundError(
        `Nothing of pipeline "${name}" is on target "${target}".`,
      );
    }
    const other = left.find(stack => stack.target !== target);
    if (request.deletePipeline && other) {
      throw new ConflictError(
        `Something of pipeline "${name}" is on target "${other.target}" as well. Take it off there first, then delete the pipeline.`,
      );
    }
  }

  /** The overview says again how the pipeline was before. */
  private async ended(record: DeploymentRecord): Promise<void> {
    const { pipelines, store } = this.options;
    await pipelines.setLastDeployment(record.pipeline, {
      id: record.id,
      state: record.state,
      at: record.finishedAt ?? record.updatedAt,
    });
    const open = await store.listOpen(record.pipeline);
    if (open.length === 0) {
      const pipeline = await pipelines.get(record.pipeline);
      await pipelines.updateStatus(record.pipeline, {
        status: pipeline?.deployedRevision === undefined ? 'draft' : 'running',
        statusReason: null,
      });
    }
  }

  private async changed(record: DeploymentRecord): Promise<void> {
    this.options.changes.changed(record.id);
    await this.options.notifier.pipelineChanged(record.pipeline, {
      deployment: record.id,
    });
  }

  private async log(id: string, message: string): Promise<void> {
    await this.options.logs.append(id, [
      {
        time: new Date().toISOString(),
        level: 'info',
        step: 'executor',
        message,
      },
    ]);
  }
}

/** For a deployment that does not exist, or that the caller must not know of. */
export function unknownDeployment(id: string): NotFoundError {
  return new NotFoundError(`Deployment ${id} does not exist.`);
}

function notWaiting(record: DeploymentRecord): ConflictError {
  return new ConflictError(
    `Deployment ${record.id} does not wait for approval; it is ${record.state}.`,
  );
}
