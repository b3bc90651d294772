import type { DeploymentChanges } from '../deployments/DeploymentChanges';
import { Waker } from '../deployments/Waker';
import type { EventStream } from './EventStream';

/** How often other backends' progress is looked for. */
const POLL_MS = 1_000;
const PAGE = 500;

/** Options of {@link streamProgress}. */
export interface StreamProgressOptions<S extends string> {
  /** Of the deployment or run. */
  id: string;
  /** Sequence of the last line that the reader has. */
  after: number;
  service: {
    get(id: string): Promise<{ state: S }>;
    readLog(
      id: string,
      query: { after: number; limit: number },
    ): Promise<{ items: Array<{ sequence: number }> }>;
  };
  isFinal(state: S): boolean;
  changes: DeploymentChanges;
  stream: EventStream;
  shutdown: AbortSignal;
}

/**
 * Sends events `log` (a line) and `state` (the whole deployment or run,
 * whenever it changed) until it has ended. The id of every event is the
 * sequence of the last line sent, so that a reader resumes without a gap.
 */
export async function streamProgress<S extends string>(
  options: StreamProgressOptions<S>,
): Promise<void> {
  const { id, service, isFinal, changes, stream, shutdown } = options;
  let position = options.after;
  let sent = '';
  let changed = true;
  const waker = new Waker();
  const unsubscribe = changes.subscribe(other => {
    if (other === id) {
      changed = true;
      waker.wake();
    }
  });
  const end = () => waker.wake();
  stream.signal.addEventListener('abort', end);
  shutdown.addEventListener('abort', end);
  try {
    while (!stream.signal.aborted && !shutdown.aborted) {
      changed = false;
      // Read first: what is in the log afterwards belongs to this state or a later one.
      const current = await service.get(id);
      for (;;) {
        const { items } = await service.readLog(id, {
          after: position,
          limit: PAGE,
        });
        for (const line of items) {
          position = line.sequence;
          stream.send('log', line, position);
        }
        if (items.length < PAGE) {
          break;
        }
      }
      const text = JSON.stringify(current);
      if (text !== sent) {
        sent = text;
        stream.send('state', current, position);
      }
      if (isFinal(current.state)) {
        return;
      }
      if (!changed) {
        await waker.wait(POLL_MS);
      }
    }
  } finally {
    unsubscribe();
    stream.signal.removeEventListener('abort', end);
    shutdown.removeEventListener('abort', end);
    stream.end();
  }
}
