import type { LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError, toError } from '@backstage/errors';
import {
  isFinalRunState,
  ModelsView,
  RunArtifact,
  RuntimeRun,
} from '@mlpipe/plugin-ml-pipelines-common';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { ArtifactStore } from '../artifacts/ArtifactStore';
import type { ChangeNotifier } from '../changes/ChangeNotifier';
import type { NewRunLogLine, RunLogStore } from '../runs/RunLogStore';
import type { RunRecord } from '../runs/RunRecord';
import type { RunStore } from '../runs/RunStore';
import { portalRunId } from './portalRunId';
import type { Deployed, RuntimeManagement } from './RuntimeManagement';
import { MODEL_FILE } from './ServedModels';
import { runLogPageSchema } from './runtimeAnswers';

const PAGE = 500;
/** Pages of a log in one look; the next look goes on. */
const PAGES = 10;

/** Options of {@link ModelMirror}. */
export interface ModelMirrorOptions {
  runtime: Pick<RuntimeManagement, 'json' | 'call'>;
  runs: Pick<RunStore, 'upsertMirrored' | 'get' | 'addMirroredArtifact'>;
  logs: Pick<RunLogStore, 'append'>;
  artifacts: Pick<ArtifactStore, 'put'>;
  changes: Pick<ChangeNotifier, 'pipelineChanged'>;
  logger: LoggerService;
}

/**
 * Shows the trainings that pipelines start by themselves among the runs of the
 * portal, with their log and the model that they left. Everything can be done
 * again: what is there already stays as it is, and what a restart of either
 * side broke off goes on.
 */
export class ModelMirror {
  readonly #options: ModelMirrorOptions;
  /** By pipeline: runs, in the portal's ids, of which nothing is missing. */
  readonly #complete = new Map<string, Set<string>>();

  constructor(options: ModelMirrorOptions) {
    this.#options = options;
  }

  /** Stores the trainings themselves, so that they can be opened. */
  async record(pipeline: Deployed, view: ModelsView): Promise<void> {
    const { runs, changes } = this.#options;
    let changed = false;
    for (const run of oldestFirst(view)) {
      const id = portalRunId(pipeline, run.id);
      if (!this.#complete.get(pipeline.name)?.has(id)) {
        const updated = await runs.upsertMirrored({
          ...run,
          id,
          pipeline: pipeline.name,
          target: pipeline.target,
          revision: revisionOf(run, view) ?? pipeline.revision,
        });
        changed ||= updated;
      }
    }
    if (changed) {
      await changes.pipelineChanged(pipeline.name);
    }
  }

  /** Stores the trainings with logs and models. One that fails does not stop the others. */
  async mirror(
    pipeline: Deployed,
    view: ModelsView,
    signal?: AbortSignal,
  ): Promise<void> {
    const { logger } = this.#options;
    await this.record(pipeline, view);
    const before = this.#complete.get(pipeline.name);
    const complete = new Set<string>();
    // Only what the runtime still has, so that the memory stays bounded.
    this.#complete.set(pipeline.name, complete);
    for (const run of oldestFirst(view)) {
      const id = portalRunId(pipeline, run.id);
      if (before?.has(id)) {
        complete.add(id);
        continue;
      }
      try {
        if (await this.#fill(pipeline, run, id, signal)) {
          complete.add(id);
        }
      } catch (error) {
        logger.warn(
          `Fetching training ${run.id} of pipeline "${pipeline.name}": ${
            toError(error).message
          }`,
        );
      }
    }
  }

  /** True when nothing is missing and nothing more will come. */
  async #fill(
    pipeline: Deployed,
    run: RuntimeRun,
    id: string,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const record = await this.#options.runs.get(id);
    if (!record) {
      // Pruned since, or its pipeline was deleted.
      return isFinalRunState(run.state);
    }
    const drained = await this.#fetchLog(pipeline, run, record, signal);
    if (!isFinalRunState(run.state)) {
      return false;
    }
    if (run.state === 'succeeded') {
      await this.#fetchModel(pipeline, run, record, signal);
    }
    return drained;
  }

  async #fetchLog(
    pipeline: Deployed,
    run: RuntimeRun,
    record: RunRecord,
    signal?: AbortSignal,
  ): Promise<boolean> {
    const { runtime, logs } = this.#options;
    let cursor = record.logCursor;
    let after = Number(cursor ?? 0);
    for (let page = 0; page < PAGES; page += 1) {
      const { items, next } = await runtime.json(
        pipeline,
        {
          path: `/runs/${encodeURIComponent(
            run.id,
          )}/log?after=${after}&limit=${PAGE}`,
          signal,
        },
        runLogPageSchema,
      );
      if (items.length === 0 || next <= after) {
        return true;
      }
      const lines = items.map(
        ({ sequence: _sequence, ...line }): NewRunLogLine => line,
      );
      await logs.append(record.id, lines, String(next), { cursor });
      cursor = String(next);
      after = next;
    }
    return false;
  }

  async #fetchModel(
    pipeline: Deployed,
    run: RuntimeRun,
    record: RunRecord,
    signal?: AbortSignal,
  ): Promise<void> {
    const { runtime, runs, artifacts } = this.#options;
    if (record.artifacts.some(({ name }) => name === MODEL_FILE)) {
      return;
    }
    let response: Response;
    try {
      response = await runtime.call(pipeline, {
        path: `/runs/${encodeURIComponent(run.id)}/artifacts/${MODEL_FILE}`,
        signal,
      });
    } catch (error) {
      if (error instanceof NotFoundError) {
        // Too old: the runtime keeps a few models only.
        return;
      }
      throw error;
    }
    if (!response.body) {
      throw new Error('its model came without content');
    }
    const stored = await artifacts.put(
      Readable.fromWeb(response.body as ReadableStream),
    );
    const artifact: RunArtifact = {
      name: MODEL_FILE,
      contentType: 'application/gzip',
      ...stored,
    };
    await runs.addMirroredArtifact(record.id, artifact);
  }
}

/** As the runs began, so that the newest is the last to be stored. */
function oldestFirst(view: ModelsView): RuntimeRun[] {
  const { training, runs } = view;
  const known = new Map(runs.map(run => [run.id, run]));
  if (training && !known.has(training.id)) {
    known.set(training.id, training);
  }
  return [...known.values()].sort((one, other) =>
    one.createdAt.localeCompare(other.createdAt),
  );
}

function revisionOf(run: RuntimeRun, view: ModelsView): number | undefined {
  return view.versions.find(version => version.run === run.id)?.revision;
}
