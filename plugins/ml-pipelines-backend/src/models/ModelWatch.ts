import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type {
  PipelineDocument,
  WorkloadStatus,
} from '@mlpipe/plugin-ml-pipelines-common';
import type { DeployedPipeline } from '../pipelines/PipelineStore';
import { ContinuousLearning, learningOf } from './learningOf';
import type { ModelMirror } from './ModelMirror';
import type { ModelNotices } from './ModelNotices';
import type { RuntimeManagement } from './RuntimeManagement';
import { modelsViewSchema } from './runtimeAnswers';

/** Longest that one look takes; the next one goes on. */
const TIMEOUT_MS = 20_000;
/** A warning that repeats every few seconds would only bury others. */
const QUIET_MS = 10 * 60_000;

/** Options of {@link ModelWatch}. */
export interface ModelWatchOptions {
  runtime: RuntimeManagement;
  mirror: ModelMirror;
  notices: ModelNotices;
  logger: LoggerService;
  now?: () => number;
}

/** Looks after the models of pipelines that learn continuously, once per round. */
export class ModelWatch {
  readonly #options: ModelWatchOptions;
  readonly #warnedAt = new Map<string, number>();
  readonly #underWay = new Set<string>();

  constructor(options: ModelWatchOptions) {
    this.#options = options;
  }

  /**
   * Looks after one pipeline. Not to be waited for by the round, which a slow
   * runtime must not hold up: while a look goes on, another one is not begun.
   * Never throws.
   */
  readonly look = async (
    pipeline: DeployedPipeline,
    document: PipelineDocument,
    workload: WorkloadStatus,
  ): Promise<void> => {
    const { name } = pipeline;
    const learning = learningOf(document);
    if (
      !learning ||
      workload.replicas.ready === 0 ||
      this.#underWay.has(name)
    ) {
      return;
    }
    this.#underWay.add(name);
    try {
      await this.#look(pipeline, document, learning);
    } finally {
      this.#underWay.delete(name);
    }
  };

  async #look(
    { name, owner, target, revision }: DeployedPipeline,
    document: PipelineDocument,
    learning: ContinuousLearning,
  ): Promise<void> {
    const { runtime, mirror, notices } = this.#options;
    const pipeline = { name, owner, target, revision };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const view = await runtime.json(
        pipeline,
        { path: '/models', signal },
        modelsViewSchema,
      );
      await mirror.mirror(pipeline, view, signal);
      await notices.notice(document, learning, view);
      this.#warnedAt.delete(name);
    } catch (error) {
      this.#warn(name, toError(error).message);
    }
  }

  #warn(name: string, message: string) {
    const { logger, now = Date.now } = this.#options;
    const before = this.#warnedAt.get(name);
    if (before === undefined || now() - before >= QUIET_MS) {
      this.#warnedAt.set(name, now());
      logger.warn(`Looking at the model of pipeline "${name}": ${message}`);
    }
  }
}
