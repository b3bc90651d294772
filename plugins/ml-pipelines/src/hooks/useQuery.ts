import { useCallback, useEffect, useRef, useState } from 'react';
import { toError } from '@backstage/errors';

/** State of one query: the last value stays while a newer one is loaded. */
export interface QueryResult<T> {
  value?: T;
  /** True until the first answer for the current key. */
  loading: boolean;
  /** Why the last attempt failed; `value` may still hold an older answer. */
  error?: Error;
  refresh(): void;
}

export interface QueryOptions<T> {
  /** Milliseconds until the next load, or undefined to stop. Asked after each answer. */
  pollMs?: (value: T | undefined) => number | undefined;
  /** Nothing is loaded while false. */
  enabled?: boolean;
}

interface State<T> {
  key: string;
  value?: T;
  error?: Error;
  done: boolean;
}

/**
 * Loads a value and keeps it current: again when `key` changes, when
 * `refresh` is called, and by polling as long as `pollMs` says so. Polling
 * rests while the tab is hidden and catches up when it is shown again.
 *
 * @param key - Identity of what is loaded; a new key forgets the old value.
 */
export function useQuery<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  options: QueryOptions<T> = {},
): QueryResult<T> {
  const { enabled = true } = options;
  const [state, setState] = useState<State<T>>({ key, done: false });
  const [turn, setTurn] = useState(0);
  const latest = useRef({ load, pollMs: options.pollMs });
  latest.current = { load, pollMs: options.pollMs };

  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    const controller = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due = false;

    const schedule = (value: T | undefined) => {
      const wait = latest.current.pollMs?.(value);
      if (wait !== undefined) {
        timer = setTimeout(() => {
          if (document.hidden) {
            due = true;
          } else {
            run();
          }
        }, wait);
      }
    };
    async function run() {
      due = false;
      try {
        const value = await latest.current.load(controller.signal);
        if (!controller.signal.aborted) {
          setState({ key, value, done: true });
          schedule(value);
        }
      } catch (cause) {
        if (!controller.signal.aborted) {
          const error = toError(cause);
          setState(old => ({
            key,
            value: old.key === key ? old.value : undefined,
            error,
            done: true,
          }));
          schedule(undefined);
        }
      }
    }
    const onVisible = () => {
      if (!document.hidden && due) {
        run();
      }
    };
    document.addEventListener('visibilitychange', onVisible);
    run();
    return () => {
      controller.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', onVisible);
    };
  }, [key, turn, enabled]);

  const refresh = useCallback(() => setTurn(n => n + 1), []);
  const current = state.key === key ? state : undefined;
  return {
    value: current?.value,
    error: current?.error,
    loading: enabled && !current?.done,
    refresh,
  };
}
