import type { AuthService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { ResponseError } from '@backstage/errors';
import {
  CallOptions,
  MlPipelinesApi,
  PipelineDetail,
  PipelineSummary,
  Target,
} from '@mlpipe/plugin-ml-pipelines-common';
import limiter from 'p-limit';
import { apiToEntity } from './apiToEntity';
import { dataSourcesToEntities } from './dataSourcesToEntities';
import { pipelineToEntity } from './pipelineToEntity';
import type { EntityOptions } from './ProviderConfig';
import { targetToEntity } from './targetToEntity';

/** Most that the backend gives in one page. */
const PAGE = 500;
/** Pipelines that are read at the same time. */
const CONCURRENCY = 8;

/** What a target says of the pipelines on it; undefined when it is not known. */
type AnnotationsOf = (
  target: string,
) => Promise<Record<string, string> | undefined>;

/** The entities of one pipeline. */
export interface PipelineEntities {
  entities: Entity[];
  /** False when it runs but did not give its OpenAPI document yet; worth another look soon. */
  complete: boolean;
}

interface Remembered extends PipelineEntities {
  /** Changes whenever the entities may. */
  version: string;
}

/**
 * Reads pipelines and targets from the ML pipelines backend, as entities.
 *
 * What a pipeline's entities consist of is asked for anew only when its row in
 * the list has changed, so that reading everything stays a matter of a few
 * requests.
 */
export class MlPipelinesReader {
  readonly #client: MlPipelinesApi;
  readonly #auth: AuthService;
  readonly #options: EntityOptions;
  readonly #remembered = new Map<string, Remembered>();
  readonly #limit = limiter(CONCURRENCY);

  constructor(init: {
    client: MlPipelinesApi;
    auth: AuthService;
    options: EntityOptions;
  }) {
    this.#client = init.client;
    this.#auth = init.auth;
    this.#options = init.options;
  }

  /** One target; undefined when there is none of that name. */
  async target(
    name: string,
    signal?: AbortSignal,
  ): Promise<Entity | undefined> {
    const target = await unlessMissing(
      this.#client.getTarget(name, await this.#call(signal)),
    );
    return target && targetToEntity(target, this.#options);
  }

  /** All targets, and all pipelines by name. */
  async everything(signal?: AbortSignal): Promise<{
    targets: Entity[];
    pipelines: Map<string, PipelineEntities>;
  }> {
    const [summaries, { items: targets }] = await Promise.all([
      this.#list(signal),
      this.#client.listTargets(await this.#call(signal)),
    ]);
    const byName = new Map(targets.map(target => [target.name, target]));
    const annotationsOf = async (target: string) =>
      annotationsFor(byName.get(target));
    const found = await Promise.all(
      summaries.map(summary =>
        this.#limit(async () => {
          const known = this.#remembered.get(summary.name);
          const annotations = await annotationsOf(targetOf(summary));
          return known?.complete &&
            known.version === versionOf(summary, annotations)
            ? known
            : this.#read(summary.name, annotationsOf, signal);
        }),
      ),
    );
    const result = new Map<string, PipelineEntities>();
    summaries.forEach(({ name }, index) => {
      const entities = found[index];
      // One that was deleted while we read is not there any more.
      if (entities) {
        result.set(name, entities);
      }
    });
    for (const name of this.#remembered.keys()) {
      if (!result.has(name)) {
        this.#remembered.delete(name);
      }
    }
    return {
      targets: targets.map(target => targetToEntity(target, this.#options)),
      pipelines: result,
    };
  }

  /** One pipeline, read anew; undefined when there is none of that name. */
  async pipeline(
    name: string,
    signal?: AbortSignal,
  ): Promise<PipelineEntities | undefined> {
    const annotationsOf = async (target: string) =>
      annotationsFor(
        await unlessMissing(
          this.#client.getTarget(target, await this.#call(signal)),
        ),
      );
    return this.#read(name, annotationsOf, signal);
  }

  async #read(
    name: string,
    annotationsOf: AnnotationsOf,
    signal?: AbortSignal,
  ): Promise<PipelineEntities | undefined> {
    const detail = await unlessMissing(
      this.#client.getPipeline(name, await this.#call(signal)),
    );
    if (!detail) {
      this.#remembered.delete(name);
      return undefined;
    }
    const dataSources = dataSourcesToEntities(detail);
    const api = await this.#api(detail, signal);
    const targetAnnotations = await annotationsOf(targetOf(detail));
    const component = pipelineToEntity(
      detail,
      {
        dataSources: dataSources.map(stringifyEntityRef),
        api: api && stringifyEntityRef(api),
        targetAnnotations,
      },
      this.#options,
    );
    const read: Remembered = {
      entities: [component, ...dataSources, ...(api ? [api] : [])],
      complete:
        api !== undefined ||
        detail.deployedRevision === undefined ||
        // Nothing of a batch can be called.
        detail.mode === 'batch',
      version: versionOf(detail, targetAnnotations),
    };
    this.#remembered.set(name, read);
    return read;
  }

  /** The API of what runs. While it cannot answer, the one that it had before stays. */
  async #api(
    detail: PipelineDetail,
    signal?: AbortSignal,
  ): Promise<Entity | undefined> {
    if (detail.deployedRevision === undefined || detail.mode === 'batch') {
      return undefined;
    }
    try {
      const openApi = await this.#client.getOpenApi(
        detail.name,
        await this.#call(signal),
      );
      if (typeof openApi === 'object' && openApi !== null) {
        return apiToEntity(detail, openApi as Record<string, unknown>);
      }
    } catch (error) {
      if (!ResponseError.is(error)) {
        throw error;
      }
    }
    return this.#remembered
      .get(detail.name)
      ?.entities.find(entity => entity.kind === 'API');
  }

  async #list(signal?: AbortSignal): Promise<PipelineSummary[]> {
    const items: PipelineSummary[] = [];
    for (;;) {
      const page = await this.#client.listPipelines(
        { offset: items.length, limit: PAGE, sort: 'name' },
        await this.#call(signal),
      );
      items.push(...page.items);
      if (page.items.length === 0 || items.length >= page.totalItems) {
        return items;
      }
    }
  }

  async #call(signal?: AbortSignal): Promise<CallOptions> {
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'ml-pipelines',
    });
    return { token, signal };
  }
}

/** Where its entity says that it is. */
function targetOf({ deployedTarget, target }: PipelineSummary): string {
  return deployedTarget ?? target;
}

function annotationsFor(
  target: Target | undefined,
): Record<string, string> | undefined {
  return target?.catalog?.pipelineAnnotations;
}

function versionOf(
  summary: PipelineSummary,
  targetAnnotations?: Record<string, string>,
): string {
  const { updatedAt, revision, deployedRevision, lastDeployment } = summary;
  return JSON.stringify([
    updatedAt,
    revision,
    deployedRevision,
    lastDeployment?.id,
    lastDeployment?.state,
    targetAnnotations,
  ]);
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (ResponseError.is(error) && error.statusCode === 404) {
      return undefined;
    }
    throw error;
  }
}
