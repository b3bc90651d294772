import { useCallback, useEffect, useRef, useState } from 'react';
import { EventStreamState, useEventStream } from './useEventStream';
import { useQuery } from './useQuery';

const PAGE = 5_000;

/** What is known of a log so far. */
export interface ResumableLogResult<Line> {
  lines: Line[];
  stream: EventStreamState;
  error?: Error;
}

/** Options of {@link useResumableLog}. */
export interface ResumableLogOptions<Line, State> {
  /** Of what writes the log; another one begins afresh. */
  id: string;
  /** Path of the stream. */
  path: string;
  /** State of what writes the log, as last seen. */
  state: State | undefined;
  isFinal(state: State): boolean;
  /** Called when the stream says that the state changed. */
  onState(): void;
  /** A page of the log, for when no stream can be had. */
  load(
    query: { after: number; limit: number },
    signal: AbortSignal,
  ): Promise<{ items: Line[]; state: State }>;
}

/**
 * A log of numbered lines, live. Events are `log` (a line) and `state`. When
 * no stream can be had, it is polled.
 */
export function useResumableLog<
  Line extends { sequence: number },
  State extends string,
>(options: ResumableLogOptions<Line, State>): ResumableLogResult<Line> {
  const { id, path, state, isFinal, onState, load } = options;
  const [log, setLog] = useState<{ id: string; lines: Line[] }>({
    id,
    lines: [],
  });
  const last = useRef({ id, sequence: 0 });
  if (last.current.id !== id) {
    last.current = { id, sequence: 0 };
  }
  const ended = useRef(false);
  ended.current = state !== undefined && isFinal(state);

  const append = useCallback(
    (incoming: Line[]) => {
      const fresh = incoming.filter(
        line => line.sequence > last.current.sequence,
      );
      if (fresh.length) {
        last.current.sequence = fresh[fresh.length - 1].sequence;
        setLog(old => ({
          id,
          lines: old.id === id ? [...old.lines, ...fresh] : fresh,
        }));
      }
    },
    [id],
  );

  const stream = useEventStream({
    path,
    lastEventId: () =>
      last.current.sequence ? String(last.current.sequence) : undefined,
    onMessage: message => {
      if (message.event === 'log') {
        append([JSON.parse(message.data) as Line]);
      } else if (message.event === 'state') {
        const next = parseState<State>(message.data);
        ended.current = next !== undefined && isFinal(next);
        onState();
      }
    },
    isComplete: () => ended.current,
  });

  const poll = useQuery(
    `${id} log`,
    signal => load({ after: last.current.sequence, limit: PAGE }, signal),
    {
      enabled: stream === 'unavailable',
      pollMs: page => {
        if (page && page.items.length === PAGE) {
          return 0;
        }
        return page && isFinal(page.state) ? undefined : 2_000;
      },
    },
  );
  const page = poll.value;
  useEffect(() => {
    if (page) {
      append(page.items);
    }
  }, [page, append]);

  return {
    lines: log.id === id ? log.lines : [],
    stream,
    error: poll.error,
  };
}

function parseState<State extends string>(data: string): State | undefined {
  try {
    const value: unknown = JSON.parse(data);
    const state =
      typeof value === 'object' && value !== null && 'state' in value
        ? value.state
        : value;
    return typeof state === 'string' ? (state as State) : undefined;
  } catch {
    return data as State;
  }
}
