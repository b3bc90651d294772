import { NotFoundError } from '@backstage/errors';
import { apiError } from '../client/apiErrors';
import type { ClusterConnection } from '../client/ClusterConnection';
import { core } from '../paths';
import { fromNanos, toNanos } from './timestamps';

/** A longer line is cut: somebody printed a file. */
const MAX_LINE = 256 * 1024;

/** What kubelet answers with 200, in the place of a log, when the container was tidied away. */
const GONE = /^unable to retrieve container logs for /;

/** A line as the node keeps it. */
export interface StampedLine {
  nanos: bigint;
  text: string;
}

/** Options of {@link readContainerLog}. */
export interface ContainerLogOptions {
  connection: Pick<ClusterConnection, 'request' | 'namespace'>;
  pod: string;
  container: string;
  /** Of the container before the present one. */
  previous?: boolean;
  follow?: boolean;
  /** Only so many lines from the end. */
  tail?: number;
  /** Lines of that second and later; earlier ones of it come along. */
  since?: bigint;
  signal?: AbortSignal;
}

/**
 * Lines of one container with their times.
 *
 * Source: Kubernetes API, `GET …/pods/{name}/log`.
 *
 * @throws InputError while the container has not started, NotFoundError once
 *   the pod is gone, ServiceUnavailableError when its node does not answer
 */
export async function* readContainerLog(
  options: ContainerLogOptions,
): AsyncGenerator<StampedLine> {
  const { connection, pod, container, follow = false, signal } = options;
  const query = new URLSearchParams({ container, timestamps: 'true' });
  if (options.previous) {
    query.set('previous', 'true');
  }
  if (follow) {
    query.set('follow', 'true');
  }
  if (options.tail !== undefined) {
    query.set('tailLines', String(options.tail));
  }
  if (options.since !== undefined && options.since > 0n) {
    query.set('sinceTime', fromNanos(options.since));
  }
  // A reader that has enough ends the request.
  const done = new AbortController();
  const answer = await connection.request(
    `${core(connection.namespace, 'pods', pod)}/log?${query}`,
    {
      // A container that says nothing answers nothing, not even headers.
      ...(follow && { timeoutMs: 0 }),
      signal: signal ? AbortSignal.any([signal, done.signal]) : done.signal,
    },
  );
  try {
    if (!answer.ok || !answer.body) {
      throw apiError(answer.status, await answer.text(), `Log of pod ${pod}`);
    }
    let last = options.since ?? 0n;
    for await (const line of readLines(answer.body)) {
      const space = line.indexOf(' ');
      const nanos = toNanos(space < 0 ? line : line.slice(0, space));
      if (nanos === undefined && GONE.test(line)) {
        throw new NotFoundError(
          `The node has not kept the log of pod "${pod}" any longer`,
        );
      }
      if (nanos === undefined) {
        // What the node itself says, such as that the file was rotated away.
        yield { nanos: last, text: line };
      } else {
        last = nanos;
        yield { nanos, text: space < 0 ? '' : line.slice(space + 1) };
      }
    }
  } finally {
    done.abort();
  }
}

/** Whole lines; a piece without an end comes last, as it will not be continued. */
async function* readLines(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      yield line.length > MAX_LINE ? line.slice(0, MAX_LINE) : line;
    }
    if (rest.length > 2 * MAX_LINE) {
      rest = rest.slice(0, MAX_LINE);
    }
  }
  if (rest) {
    yield rest;
  }
}
