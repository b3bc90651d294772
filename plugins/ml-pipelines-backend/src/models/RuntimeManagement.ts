import {
  ConflictError,
  InputError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type { z } from 'zod';
import { readText } from '../http/readText';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { ManagementKeys } from '../secrets/ManagementKeys';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** Longest that a runtime may take to answer. */
const TIMEOUT_MS = 10_000;
/** Longest answer in JSON: 50 trainings and a drift report of 500 features are below. */
const MAX_BYTES = 8 * 1024 * 1024;
/** What a runtime says of a failure is shown up to here. */
const MAX_ERROR = 500;
/** A key that was refused is brought again at most this often. */
const HAND_OVER_PAUSE_MS = 60_000;

/** Options of {@link RuntimeManagement}. */
export interface RuntimeManagementOptions {
  pipelines: Pick<PipelineStore, 'get'>;
  targets: Pick<TargetRegistry, 'get'>;
  managementKeys: Pick<ManagementKeys, 'reveal'>;
  /** Brings the present keys to what runs. */
  handOverKeys: (pipeline: string) => Promise<void>;
  now?: () => number;
}

/** What is called on a runtime. */
export interface ManagementCall {
  method?: 'GET' | 'POST';
  /** Path and query. */
  path: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** Where a pipeline runs. */
export interface Deployed {
  name: string;
  owner: string;
  target: string;
  revision: number;
}

/**
 * Calls the routes of a running pipeline that only the portal may use. Its
 * answers are not trusted: they end at a time and a size, and are checked.
 */
export class RuntimeManagement {
  readonly #options: RuntimeManagementOptions;
  readonly #handedOverAt = new Map<string, number>();

  constructor(options: RuntimeManagementOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError, ConflictError when it does not run */
  async deployed(name: string): Promise<Deployed> {
    const pipeline = await this.#options.pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}"`);
    }
    if (pipeline.deployedRevision === undefined) {
      throw new ConflictError(
        `Pipeline "${name}" does not run: deploy it first`,
      );
    }
    return {
      name,
      owner: pipeline.owner,
      target: pipeline.deployedTarget ?? pipeline.target,
      revision: pipeline.deployedRevision,
    };
  }

  /**
   * An answer in JSON.
   *
   * @throws NotFoundError, ConflictError, InputError as the runtime answered;
   *   ServiceUnavailableError when it cannot be reached or answers nonsense
   */
  async json<S extends z.ZodType>(
    pipeline: Deployed,
    call: ManagementCall,
    schema: S,
  ): Promise<z.output<S>> {
    const signal = withTimeout(call.signal);
    const response = await this.call(pipeline, { ...call, signal });
    let answer: unknown;
    try {
      answer = JSON.parse(await readText(response, MAX_BYTES));
    } catch (error) {
      throw unusable(pipeline, call, toError(error).message);
    }
    const parsed = schema.safeParse(answer);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      throw unusable(
        pipeline,
        call,
        `${issue.path.join('.')}: ${issue.message}`,
      );
    }
    return parsed.data;
  }

  /** An answer that is not an error, with its body still to be read. */
  async call(pipeline: Deployed, call: ManagementCall): Promise<Response> {
    let response = await this.#fetch(pipeline, call);
    if (response.status === 401 && this.#mayHandOver(pipeline.name)) {
      // Deployed before the portal's keys were changed, or by an older portal.
      await response.body?.cancel();
      await this.#options.handOverKeys(pipeline.name);
      response = await this.#fetch(pipeline, call);
    }
    if (response.ok) {
      return response;
    }
    throw await toFailure(pipeline, response);
  }

  async #fetch(pipeline: Deployed, call: ManagementCall): Promise<Response> {
    const { targets, managementKeys } = this.#options;
    const { name, target } = pipeline;
    const { driver, ref } = await targets.get(target);
    const { method = 'GET', path, body, signal } = call;
    try {
      return await driver.fetch({ pipeline: name, target: ref }, path, {
        method,
        signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          Authorization: `Bearer ${managementKeys.reveal(name)}`,
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ServiceUnavailableError(
        `Pipeline "${name}" cannot be reached on target "${target}": ${
          toError(error).message
        }. See its status and logs.`,
      );
    }
  }

  #mayHandOver(name: string): boolean {
    const now = (this.#options.now ?? Date.now)();
    const before = this.#handedOverAt.get(name);
    if (before !== undefined && now - before < HAND_OVER_PAUSE_MS) {
      return false;
    }
    this.#handedOverAt.set(name, now);
    return true;
  }
}

function withTimeout(signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  return signal ? AbortSignal.any([signal, timeout]) : timeout;
}

function unusable(pipeline: Deployed, call: ManagementCall, cause: string) {
  return new ServiceUnavailableError(
    `Pipeline "${pipeline.name}" answered ${call.path} in a form that the portal does not know (${cause}). Deploy it again, so that it runs the runtime of this portal.`,
  );
}

async function toFailure(
  { name }: Deployed,
  response: Response,
): Promise<Error> {
  const { status } = response;
  const said = await readText(response, 64 * 1024).then(errorIn, () => '');
  switch (status) {
    case 400:
    case 422:
      return new InputError(said || `Pipeline "${name}" refused the request`);
    case 401:
    case 403:
      return new ServiceUnavailableError(
        `Pipeline "${name}" does not accept the portal's key for changing its model. Deploy it again.`,
      );
    case 404:
      return new NotFoundError(
        /nothing at/i.test(said) || !said
          ? `What runs of pipeline "${name}" has no versions of its model to show: it is of an older runtime. Deploy it again.`
          : said,
      );
    case 409:
      return new ConflictError(
        said || `Pipeline "${name}" is not ready for it`,
      );
    default:
      return new ServiceUnavailableError(
        `Pipeline "${name}" answered ${status}${
          said ? `: ${said}` : ''
        }. See its logs.`,
      );
  }
}

/** What `{"error": "…"}` says; empty for anything else. */
function errorIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' ? error.slice(0, MAX_ERROR) : '';
  } catch {
    return '';
  }
}
