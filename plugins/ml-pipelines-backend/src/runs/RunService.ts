import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import {
  createDeploymentRequestSchema,
  createRunRequestSchema,
  Deployment,
  InvalidPipelineError,
  isFinalRunState,
  listRunsQuerySchema,
  NodeCatalogue,
  PipelineDocument,
  Run,
  RunList,
  RunLog,
  runFileNode,
} from '@mlpipe/plugin-ml-pipelines-common';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { ArtifactUrls } from '../artifacts/ArtifactUrls';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import type { DeploymentService } from '../deployments/DeploymentService';
import type { ServedModels } from '../models/ServedModels';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { PipelineValidator } from '../pipelines/PipelineValidator';
import type { TargetRegistry } from '../targets/TargetRegistry';
import { endlessSource, modeOf } from './modeOf';
import { runDriverOf } from './RunDriver';
import type { RunLogStore } from './RunLogStore';
import type { NewRun, RunRecord } from './RunRecord';
import { toRun } from './runRow';
import type { RunSchedules } from './RunSchedules';
import type { RunSettings } from './RunSettings';
import type { RunStore } from './RunStore';
import { workersOf } from './workersOf';

type CreateRequest = z.output<typeof createRunRequestSchema>;
type ListQuery = z.output<typeof listRunsQuerySchema>;

/** Options of {@link RunService}. */
export interface RunServiceOptions {
  store: RunStore;
  logs: RunLogStore;
  artifacts: ArtifactStore;
  urls: ArtifactUrls;
  changes: DeploymentChanges;
  pipelines: Pick<PipelineStore, 'get' | 'getRevision' | 'resources'>;
  validator: Pick<PipelineValidator, 'validate'>;
  targets: Pick<TargetRegistry, 'get' | 'capabilities'>;
  /** Deploys a revision again with the model of a run. */
  deployments: Pick<DeploymentService, 'create'>;
  models: Pick<ServedModels, 'ofRun'>;
  catalogue: NodeCatalogue;
  schedules: RunSchedules;
  notifier: ChangeNotifier;
  executor: { wake(): void; noticeCancel(id: string): Promise<void> };
  settings: RunSettings;
}

/** What a run is made of. */
interface Subject {
  document: PipelineDocument;
  /** 0 for a document that is not saved. */
  revision: number;
}

/** What people ask of runs; the executor does the work. */
export class RunService {
  constructor(private readonly options: RunServiceOptions) {}

  /** What a request is about, for permission checks. @throws NotFoundError, InvalidPipelineError */
  async subjectOf(name: string, request: CreateRequest): Promise<Subject> {
    const { pipelines, validator } = this.options;
    checkFields(request);
    if (request.document !== undefined) {
      const { document, problems } = await validator.validate(request.document);
      if (!document) {
        throw new InvalidPipelineError(problems);
      }
      if (document.metadata.name !== name) {
        throw new InputError(
          `The document is called "${document.metadata.name}", but the run is one of "${name}".`,
        );
      }
      return { document, revision: 0 };
    }
    const pipeline = await pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`Pipeline "${name}" does not exist.`);
    }
    const deployed = pipeline.deployedRevision;
    const wanted =
      request.revision ??
      (request.kind === 'batch' ? deployed : undefined) ??
      pipeline.revision;
    const revision = await pipelines.getRevision(name, wanted);
    if (!revision) {
      throw new NotFoundError(
        `Pipeline "${name}" has no revision ${wanted}; its newest one is ${pipeline.revision}.`,
      );
    }
    const { document } = revision;
    if (request.kind === 'batch') {
      this.requireBatch(name, document);
      if (deployed === undefined) {
        throw new ConflictError(
          `Pipeline "${name}" is not deployed. Deploy it, then start a run.`,
        );
      }
      if (deployed !== wanted) {
        throw new ConflictError(
          `Revision ${wanted} of pipeline "${name}" is not the deployed one, which is ${deployed}. Deploy it first, or start a run of revision ${deployed}.`,
        );
      }
    }
    return { document, revision: wanted };
  }

  /**
   * Queues a run.
   *
   * @throws ConflictError when it cannot run there, or too many wait already
   * @throws NotFoundError for an input that was not uploaded
   */
  async create(
    name: string,
    request: CreateRequest,
    subject: Subject,
    createdBy: string,
  ): Promise<Run> {
    const { artifacts } = this.options;
    const { document, revision } = subject;
    this.requireSource(request, document);
    const workers = workersOf(document, request);
    if (workers !== undefined) {
      await this.requireWorkers(workers, document.spec.target);
    }
    if (request.input !== undefined) {
      await this.requireInput(request.input);
    }
    await this.requireRoom(name, document.spec.target);
    const lines =
      request.lines &&
      (await artifacts.put(
        Readable.from(request.lines.map(line => Buffer.from(oneLine(line)))),
      ));
    return this.queue(
      {
        id: randomUUID(),
        pipeline: name,
        kind: request.kind,
        trigger: 'manual',
        revision,
        target: document.spec.target,
        createdBy,
        idempotencyKey: request.idempotencyKey,
        workers,
        request: {
          ...(revision === 0 && { document }),
          ...(request.input !== undefined && { input: request.input }),
          ...(lines && { lines: lines.digest }),
        },
      },
      `${createdBy} starts the run.`,
    );
  }

  /**
   * Queues the same again.
   *
   * @throws ConflictError when it has not ended, or its revision is not deployed any more
   */
  async repeat(id: string, createdBy: string): Promise<Run> {
    const record = await this.find(id);
    const { pipeline: name, kind, revision, request } = record;
    if (record.mirrored) {
      throw new ConflictError(
        'The pipeline itself started this training. Start another one with "Retrain" on the page of its model.',
      );
    }
    if (!isFinalRunState(record.state)) {
      throw new ConflictError(
        `Run ${id} has not ended; wait for its end, or cancel it.`,
      );
    }
    if (request.document === undefined) {
      await this.subjectOf(name, { kind, revision });
    }
    for (const digest of [request.input, request.lines]) {
      if (digest !== undefined) {
        await this.requireInput(digest);
      }
    }
    await this.requireRoom(name, record.target);
    return this.queue(
      {
        id: randomUUID(),
        pipeline: name,
        kind,
        trigger: 'repeat',
        revision,
        target: record.target,
        createdBy,
        request: { ...request, adopted: undefined },
        workers: record.workers,
        repeats: record.id,
      },
      `${createdBy} repeats run ${record.id}.`,
    );
  }

  /** Newest first, with the next due time. */
  async list(name: string, query: ListQuery): Promise<RunList> {
    const { store, pipelines, schedules } = this.options;
    const { items, totalItems } = await store.list(name, query);
    const pipeline = await pipelines.get(name);
    const nextDueAt = pipeline && (await schedules.nextDueAt(pipeline));
    return {
      items: items.map(toRun),
      totalItems,
      ...(nextDueAt && { nextDueAt }),
    };
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Run> {
    return toRun(await this.find(id));
  }

  /** @throws NotFoundError */
  async readLog(
    id: string,
    query: { after: number; limit: number },
  ): Promise<RunLog> {
    // State first: what is read afterwards is complete when it was final.
    const { state } = await this.find(id);
    const items = await this.options.logs.read(id, query);
    return {
      items,
      next: items[items.length - 1]?.sequence ?? query.after,
      state,
    };
  }

  /** @throws ConflictError when it has ended, or the pipeline itself executes it */
  async cancel(id: string, user: string): Promise<Run> {
    const { store, executor, changes } = this.options;
    const record = await this.find(id);
    if (record.mirrored) {
      throw new ConflictError(
        'The pipeline itself executes this training; it cannot be cancelled from here.',
      );
    }
    const requested = await store.requestCancel(id);
    if (!requested) {
      throw new ConflictError(
        `Run ${id} has ended already: ${record.state}. Nothing is left to cancel.`,
      );
    }
    await this.log(id, `${user} cancels the run.`);
    if (await store.cancelQueued(id)) {
      executor.wake();
    } else {
      await executor.noticeCancel(id);
    }
    changes.changed(id);
    await this.options.notifier.pipelineChanged(record.pipeline);
    return this.get(id);
  }

  /** Where its model would come, for permission checks. @throws NotFoundError, ConflictError */
  async modelTarget(id: string): Promise<string> {
    return (await this.options.models.ofRun(await this.find(id))).target;
  }

  /**
   * Deploys the present revision again, with the model that a training left.
   *
   * @throws ConflictError when it fits nothing that is deployed
   * @throws NotFoundError when its model is not stored any more
   */
  async apply(id: string, createdBy: string): Promise<Deployment> {
    const record = await this.find(id);
    const { models, deployments } = this.options;
    const { revision, model } = await models.ofRun(record);
    return deployments.create(
      record.pipeline,
      createDeploymentRequestSchema.parse({ action: 'deploy', revision }),
      createdBy,
      model,
    );
  }

  /** A link to a file that the run left. @throws NotFoundError */
  async artifactUrl(id: string, name: string): Promise<{ url: string }> {
    const { artifacts, urls } = this.options;
    const run = await this.find(id);
    const artifact = run.artifacts.find(file => file.name === name);
    if (!artifact) {
      const names = run.artifacts.map(file => file.name).join(', ');
      throw new NotFoundError(
        `Run ${id} left no file "${name}". ${
          names ? `It left: ${names}.` : 'It left none.'
        }`,
      );
    }
    if (!(await artifacts.stat(artifact.digest))) {
      throw new NotFoundError(
        `The file "${name}" of run ${id} is not stored any more. Repeat the run.`,
      );
    }
    return { url: await urls.download(artifact.digest) };
  }

  /** For permission checks. @throws NotFoundError */
  async find(id: string): Promise<RunRecord> {
    const record = await this.options.store.get(id);
    if (!record) {
      throw unknownRun(id);
    }
    return record;
  }

  async hasPipeline(name: string): Promise<boolean> {
    const [found] = await this.options.pipelines.resources([name]);
    return found !== undefined;
  }

  private async queue(run: NewRun, message: string): Promise<Run> {
    const { store, executor, notifier } = this.options;
    const record = await store.create(run);
    if (record.id === run.id) {
      await this.log(record.id, message);
      executor.wake();
      await notifier.pipelineChanged(record.pipeline);
    }
    return toRun(record);
  }

  private requireBatch(name: string, document: PipelineDocument): void {
    if (modeOf(document, this.options.catalogue) !== 'batch') {
      throw new ConflictError(
        `Pipeline "${name}" runs all the time and has no batch runs. End it with a "Scores file" to score files, or start a test.`,
      );
    }
  }

  private requireSource(
    request: CreateRequest,
    document: PipelineDocument,
  ): void {
    const { catalogue } = this.options;
    const endless = endlessSource(document, catalogue);
    const given = request.input !== undefined || request.lines?.length;
    const waiting = runFileNode(document, catalogue);
    if (waiting !== undefined && !given) {
      throw new InputError(
        `The source "${waiting}" reads a file that comes with each run. ${
          request.kind === 'test'
            ? 'Give sample lines for the test.'
            : 'Upload one and start the run with it.'
        }`,
      );
    }
    if (request.kind === 'training' && endless && !given) {
      throw new ConflictError(
        modeOf(document, catalogue) === 'stream'
          ? 'A pipeline that follows a stream is trained while it runs: use "Retrain" on the page of its model, or give a file or lines to train on.'
          : `The source "${endless}" never ends, so that there is nothing to train on. Give a file or lines to train on, or deploy the pipeline; it learns from what arrives.`,
      );
    }
    if (request.kind === 'test' && endless && !request.lines?.length) {
      throw new InputError(
        `The source "${endless}" never ends. Give sample lines for the test.`,
      );
    }
  }

  private async requireWorkers(workers: number, name: string): Promise<void> {
    const { maxWorkers = 1 } = await this.options.targets.capabilities(name);
    if (workers > maxWorkers) {
      throw new InputError(
        maxWorkers > 1
          ? `${workers} workers are more than target "${name}" has for one run: ${maxWorkers}.`
          : `Target "${name}" shares no run among workers. Start it with one, or choose another target.`,
      );
    }
  }

  private async requireInput(digest: string): Promise<void> {
    if (!(await this.options.artifacts.stat(digest))) {
      throw new NotFoundError(
        `The file ${digest} is not stored any more. Upload it again.`,
      );
    }
  }

  private async requireRoom(name: string, target: string): Promise<void> {
    const { targets, store, settings } = this.options;
    const { driver } = await targets.get(target);
    if (!runDriverOf(driver)) {
      throw new ConflictError(
        `The target "${target}" executes no runs. Choose another target for the pipeline.`,
      );
    }
    if ((await store.countQueued(name)) >= settings.queuedPerPipeline) {
      throw new ConflictError(
        `${settings.queuedPerPipeline} runs of pipeline "${name}" wait already. Wait for them, or cancel some.`,
      );
    }
  }

  private async log(id: string, message: string): Promise<void> {
    await this.options.logs.append(id, [
      { time: new Date().toISOString(), level: 'info', message },
    ]);
  }
}

/** For a run that does not exist, or that the caller must not know of. */
export function unknownRun(id: string): NotFoundError {
  return new NotFoundError(`Run ${id} does not exist.`);
}

/** Fields that mean something for one kind only. @throws InputError */
function checkFields({
  kind,
  document,
  lines,
  input,
  revision,
  workers,
}: CreateRequest) {
  if (document !== undefined && revision !== undefined) {
    throw new InputError('Give a document or a revision, not both.');
  }
  if (kind !== 'test' && document !== undefined) {
    throw new InputError('Only a test takes a document.');
  }
  if (kind === 'batch' && lines !== undefined) {
    throw new InputError('A batch takes no lines. Upload a file as its input.');
  }
  if (kind === 'test' && input !== undefined) {
    throw new InputError('A test takes no uploaded file. Give lines.');
  }
  if (input !== undefined && lines !== undefined) {
    throw new InputError('Give a file or lines, not both.');
  }
  if (kind === 'test' && workers !== undefined && workers > 1) {
    throw new InputError('A test has one worker.');
  }
}

function oneLine(line: string): string {
  return `${line.replace(/[\r\n]+/g, ' ')}\n`;
}
