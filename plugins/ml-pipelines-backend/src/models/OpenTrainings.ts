import type { LoggerService } from '@backstage/backend-plugin-api';
import { toError } from '@backstage/errors';
import type { ModelsView } from '@mlpipe/plugin-ml-pipelines-common';
import type {
  DeployedPipeline,
  PipelineStore,
} from '../pipelines/PipelineStore';
import type { RunRecord } from '../runs/RunRecord';
import type { RunStore } from '../runs/RunStore';
import type { ModelMirror } from './ModelMirror';
import { portalRunId } from './portalRunId';
import type { RuntimeManagement } from './RuntimeManagement';
import { modelsViewSchema } from './runtimeAnswers';

/** Options of {@link OpenTrainings}. */
export interface OpenTrainingsOptions {
  pipelines: Pick<PipelineStore, 'listDeployed'>;
  runs: Pick<RunStore, 'openMirrored' | 'upsertMirrored'>;
  runtime: Pick<RuntimeManagement, 'json'>;
  mirror: Pick<ModelMirror, 'mirror'>;
  logger: LoggerService;
}

/**
 * Brings trainings to an end in the portal that nothing else would: those that
 * somebody started where the pipeline does not retrain by itself, and those
 * that nobody executes any more.
 */
export class OpenTrainings {
  readonly #options: OpenTrainingsOptions;

  constructor(options: OpenTrainingsOptions) {
    this.#options = options;
  }

  /** One round over all of them; a pipeline that does not answer is asked again in the next one. */
  async sweep(): Promise<void> {
    const { pipelines, runs, logger } = this.#options;
    const open = await runs.openMirrored();
    if (open.length === 0) {
      return;
    }
    const deployed = new Map(
      (await pipelines.listDeployed()).map(pipeline => [
        pipeline.name,
        pipeline,
      ]),
    );
    for (const name of new Set(open.map(({ pipeline }) => pipeline))) {
      const pipeline = deployed.get(name);
      const theirs = open.filter(run => run.pipeline === name);
      const here = theirs.filter(run => run.target === pipeline?.target);
      for (const run of theirs.filter(other => !here.includes(other))) {
        await this.#end(run, 'The pipeline does not run there any more.');
      }
      if (pipeline && here.length > 0) {
        try {
          await this.#follow(pipeline, here);
        } catch (error) {
          logger.warn(
            `Following trainings of pipeline "${name}": ${
              toError(error).message
            }`,
          );
        }
      }
    }
  }

  async #follow(
    { name, owner, target, revision }: DeployedPipeline,
    open: RunRecord[],
  ): Promise<void> {
    const { runtime, mirror } = this.#options;
    const pipeline = { name, owner, target, revision };
    const view: ModelsView = await runtime.json(
      pipeline,
      { path: '/models' },
      modelsViewSchema,
    );
    await mirror.mirror(pipeline, view);
    const known = new Set(
      [...view.runs, ...(view.training ? [view.training] : [])].map(({ id }) =>
        portalRunId(pipeline, id),
      ),
    );
    for (const run of open.filter(({ id }) => !known.has(id))) {
      await this.#end(run, 'The pipeline has forgotten it.');
    }
  }

  async #end(run: RunRecord, why: string): Promise<void> {
    await this.#options.runs.upsertMirrored({
      ...run,
      state: 'cancelled',
      finishedAt: new Date().toISOString(),
      failure: {
        code: 'training.lost',
        message: `Nothing is known of how the training ended. ${why}`,
        hint: 'Train again where the pipeline runs now.',
      },
    });
  }
}
