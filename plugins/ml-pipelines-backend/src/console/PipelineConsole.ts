import {
  ConflictError,
  NotFoundError,
  ServiceUnavailableError,
  toError,
} from '@backstage/errors';
import type {
  AnomalyList,
  InvokeResponse,
  PipelineDetail,
} from '@mlpipe/plugin-ml-pipelines-common';
import { readText } from '../http/readText';
import type { PipelineStore } from '../pipelines/PipelineStore';
import type { ApiKeyStore } from '../secrets/ApiKeyStore';
import type { TargetRegistry } from '../targets/TargetRegistry';

/** Longest answer that is shown; nobody reads more. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** Longest that the console waits for an endpoint. */
const TIMEOUT_MS = 30_000;

/** Options of {@link PipelineConsole}. */
export interface PipelineConsoleOptions {
  pipelines: Pick<PipelineStore, 'get'>;
  targets: Pick<TargetRegistry, 'get'>;
  apiKeys: Pick<ApiKeyStore, 'reveal'>;
}

/** Calls a running pipeline on behalf of a person, with the key that only the backend knows. */
export class PipelineConsole {
  readonly #options: PipelineConsoleOptions;

  constructor(options: PipelineConsoleOptions) {
    this.#options = options;
  }

  /**
   * Sends lines through the pipeline by the Open Inference Protocol v2. An
   * error answer of the endpoint is an answer, not an error of ours.
   *
   * @throws NotFoundError, ConflictError when it does not run
   */
  async invoke(
    name: string,
    lines: string[],
    signal?: AbortSignal,
  ): Promise<InvokeResponse> {
    const request = {
      inputs: [
        {
          name: 'lines',
          shape: [lines.length],
          datatype: 'BYTES',
          data: lines,
        },
      ],
    };
    const path = `/v2/models/${encodeURIComponent(name)}/infer`;
    const started = performance.now();
    const { response, pipeline } = await this.#call(name, path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
      signal,
    });
    const text = await readAnswer(response, name);
    return {
      status: response.status,
      durationMs: Math.round((performance.now() - started) * 10) / 10,
      body: parseBody(text),
      curl: curlOf(`${pipeline.endpoint}${path}`, request),
    };
  }

  /** Recorded anomalies after a sequence number, oldest first. */
  async anomalies(
    name: string,
    query: { after: number; limit: number },
    signal?: AbortSignal,
  ): Promise<AnomalyList> {
    const { response } = await this.#call(
      name,
      `/anomalies?after=${query.after}&limit=${query.limit}`,
      { signal },
    );
    if (!response.ok) {
      throw new ServiceUnavailableError(
        `Pipeline "${name}" answered ${response.status} when asked for its anomalies`,
      );
    }
    const list = parseBody(await readAnswer(response, name));
    if (typeof list === 'string') {
      throw new ServiceUnavailableError(
        `Pipeline "${name}" answered no JSON when asked for its anomalies`,
      );
    }
    return list as AnomalyList;
  }

  async #call(name: string, path: string, init: RequestInit) {
    const { pipelines, targets, apiKeys } = this.#options;
    const pipeline = await pipelines.get(name);
    if (!pipeline) {
      throw new NotFoundError(`There is no pipeline "${name}"`);
    }
    if (pipeline.deployedRevision === undefined) {
      throw new ConflictError(
        `Pipeline "${name}" does not run: deploy it first`,
      );
    }
    if (pipeline.mode === 'batch') {
      throw new ConflictError(
        `Pipeline "${name}" is executed by runs and has no endpoint: start a run, and look at the file of scores that it leaves`,
      );
    }
    const { driver, ref } = await targets.get(
      pipeline.deployedTarget ?? pipeline.target,
    );
    const headers = new Headers(init.headers);
    const key = await apiKeys.reveal(name);
    if (key) {
      headers.set('Authorization', `Bearer ${key}`);
    }
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      const response = await driver.fetch(
        { pipeline: name, target: ref },
        path,
        {
          ...init,
          headers,
          signal: init.signal
            ? AbortSignal.any([init.signal, timeout])
            : timeout,
        },
      );
      return { response, pipeline: pipeline as PipelineDetail };
    } catch (error) {
      throw new ServiceUnavailableError(
        `Pipeline "${name}" cannot be reached on target "${ref.name}": ${
          toError(error).message
        }. See its status and logs.`,
      );
    }
  }
}

/** @throws ServiceUnavailableError when it is too long, or breaks off */
async function readAnswer(response: Response, name: string): Promise<string> {
  try {
    return await readText(response, MAX_ANSWER_BYTES);
  } catch (error) {
    throw new ServiceUnavailableError(
      `The answer of pipeline "${name}" cannot be shown: ${
        toError(error).message
      }. Call its endpoint yourself for long answers.`,
    );
  }
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The same call for a POSIX shell; the key is left to `$API_KEY`. */
function curlOf(url: string, body: unknown): string {
  const quoted = (text: string) => `'${text.replace(/'/g, `'\\''`)}'`;
  return [
    `curl -sS ${quoted(url)}`,
    `-H "Authorization: Bearer $API_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}
