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
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { DeploymentChanges } from './DeploymentChanges';
import type { DeploymentLogStore } from './DeploymentLogStore';
import type { DeploymentRecord } from './DeploymentRecord';
import type { DeploymentStore } from './DeploymentStore';
import type { DeploymentView } from './DeploymentView';
import type { OpenApiStore } from './OpenApiStore';
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
  executor: { noticeCancel(id: string): Promise<void> };
}

/** Length of the part of a deployment's id in the name of its release. */
const ID_PREFIX = 8;

/** What people ask of deployments; the executor does the work. */
export class DeploymentService {
  constructor(private readonly options: DeploymentServiceOptions) {}

  /**
   * Queues a deployment.
   *
   * @throws NotFoundError for an unknown pipeline or revision
   * @throws ConflictError when the pipeline runs on another target
   */
  async create(
    name: string,
    request: CreateRequest,
    createdBy: string,
  ): Promise<Deployment> {
    const { pipelines, store } = this.options;
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
    if (request.action === 'deploy' && deployed && deployed.target !== target) {
      throw new ConflictError(
        `Pipeline "${name}" runs on target "${deployed.target}", revision ${number} is for "${target}". Take it off its target first, then deploy again.`,
      );
    }
    const id = randomUUID();
    const record = await store.create({
      id,
      pipeline: name,
      action: request.action,
      revision: number,
      target,
      release: `r${number}-${id.slice(0, ID_PREFIX)}`,
      options: {
        force: request.force,
        deletePipeline: request.action === 'destroy' && request.deletePipeline,
        keepData: request.action === 'destroy' && request.keepData,
      },
      createdBy,
      idempotencyKey: request.idempotencyKey,
    });
    if (record.id === id) {
      await this.log(
        id,
        request.action === 'deploy'
          ? `${createdBy} deploys revision ${number} to target ${record.target}.`
          : `${createdBy} takes the pipeline off target ${record.target}.`,
      );
      await pipelines.updateStatus(name, { status: 'deploying' });
      await pipelines.setLastDeployment(name, {
        id,
        state: record.state,
        at: record.createdAt,
      });
      await this.changed(record);
    }
    return this.options.view.toDeployment(record);
  }

  /** What a request for a deployment is about, for permission checks. */
  async subjectOf(
    name: string,
    request: CreateRequest,
  ): Promise<{ target?: string }> {
    const { target } = await this.lookUp(name, request);
    return target === undefined ? {} : { target };
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

  /** @throws ConflictError when it does not wait for approval */
  async approve(id: string, user: string): Promise<Deployment> {
    const record = await this.find(id);
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
    const number =
      request.action === 'deploy'
        ? request.revision ?? newest
        : deployed?.revision ?? newest;
    const revision = await pipelines.getRevision(name, number);
    const wanted = revision?.document.spec.target;
    const target =
      request.action === 'destroy' ? deployed?.target ?? wanted : wanted;
    return { pipeline, deployed, number, revision, target };
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
