import type {
  ModelsView,
  RollbackModelRequest,
} from '@mlpipe/plugin-ml-pipelines-common';
import { withPortalRuns } from './portalRunId';
import type { Deployed, RuntimeManagement } from './RuntimeManagement';
import { modelsViewSchema } from './runtimeAnswers';

/** Told of each view that came from a runtime, with the runtime's own ids. */
export type OnModelsSeen = (
  pipeline: Deployed,
  view: ModelsView,
) => Promise<void>;

/** Options of {@link ModelService}. */
export interface ModelServiceOptions {
  runtime: RuntimeManagement;
  /** After a person changed something; must not throw. */
  onChanged: OnModelsSeen;
}

/** Versions of a pipeline's model, and what a person may do with them. */
export class ModelService {
  readonly #options: ModelServiceOptions;

  constructor(options: ModelServiceOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError, ConflictError, ServiceUnavailableError */
  async view(name: string): Promise<ModelsView> {
    const { runtime } = this.#options;
    const pipeline = await runtime.deployed(name);
    const view = await runtime.json(
      pipeline,
      { path: '/models' },
      modelsViewSchema,
    );
    return withPortalRuns(pipeline, view);
  }

  /** Starts a training in the background. */
  async retrain(name: string, by: string): Promise<ModelsView> {
    return this.#change(name, '/models/retrain', { trigger: 'manual', by });
  }

  /** Makes a version the champion. */
  async promote(
    name: string,
    version: string,
    by: string,
  ): Promise<ModelsView> {
    return this.#change(name, versionPath(version, 'promote'), { by });
  }

  /** Gives up on a challenger. */
  async reject(name: string, version: string, by: string): Promise<ModelsView> {
    return this.#change(name, versionPath(version, 'reject'), { by });
  }

  /** Brings an earlier champion back. */
  async rollback(
    name: string,
    request: RollbackModelRequest,
    by: string,
  ): Promise<ModelsView> {
    return this.#change(name, '/models/rollback', { ...request, by });
  }

  async #change(
    name: string,
    path: string,
    body: Record<string, unknown>,
  ): Promise<ModelsView> {
    const { runtime, onChanged } = this.#options;
    const pipeline = await runtime.deployed(name);
    const view = await runtime.json(
      pipeline,
      { method: 'POST', path, body },
      modelsViewSchema,
    );
    await onChanged(pipeline, view);
    return withPortalRuns(pipeline, view);
  }
}

function versionPath(version: string, action: string): string {
  return `/models/${encodeURIComponent(version)}/${action}`;
}
