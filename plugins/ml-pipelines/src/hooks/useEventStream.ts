import { useEffect, useRef, useState } from 'react';
import {
  EventSourceMessage,
  fetchEventSource,
} from '@microsoft/fetch-event-source';
import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';

/**
 * - `connecting`: not answered yet, or trying again
 * - `open`: events arrive as they happen
 * - `unavailable`: given up; the caller polls instead
 * - `ended`: the server closed it and nothing more is expected
 */
export type EventStreamState = 'connecting' | 'open' | 'unavailable' | 'ended';

/** Failed attempts in a row after which a stream counts as unavailable. */
const MAX_FAILURES = 3;
const RETRY_MS = 1_000;

class StreamUnavailable extends Error {}

export interface EventStreamOptions {
  /** Path of the backend, such as `/deployments/ID/events`. */
  path: string;
  enabled?: boolean;
  /** Where to go on, at the first connection. */
  lastEventId?: () => string | undefined;
  onMessage(message: EventSourceMessage): void;
  /** Asked when the server closes: true when nothing more will come. */
  isComplete(): boolean;
}

/**
 * Follows a stream of server-sent events with the user's token. After an
 * interruption it goes on behind the last event (`Last-Event-ID`); it rests
 * while the tab is hidden.
 */
export function useEventStream(options: EventStreamOptions): EventStreamState {
  const { path, enabled = true } = options;
  const api = useApi(mlPipelinesApiRef);
  const fetchApi = useApi(fetchApiRef);
  const latest = useRef(options);
  latest.current = options;
  const [state, setState] = useState<EventStreamState>('connecting');

  useEffect(() => {
    if (!enabled) {
      return undefined;
    }
    const controller = new AbortController();
    let failures = 0;
    setState('connecting');
    const follow = async () => {
      const lastEventId = latest.current.lastEventId?.();
      await fetchEventSource(await api.url(path), {
        signal: controller.signal,
        fetch: fetchApi.fetch,
        headers: lastEventId ? { 'last-event-id': lastEventId } : {},
        async onopen(response) {
          const type = response.headers.get('content-type') ?? '';
          if (!response.ok || !type.startsWith('text/event-stream')) {
            // A server error may pass; a refusal or a missing route will not.
            throw response.status >= 500
              ? new Error(`The stream answered ${response.status}`)
              : new StreamUnavailable();
          }
          setState('open');
        },
        onmessage(message) {
          failures = 0;
          // A comment, such as a heartbeat, arrives as a message without data.
          if (!message.data) {
            return;
          }
          try {
            latest.current.onMessage(message);
          } catch {
            // Another attempt would get the same message, beside a connection
            // that the library leaves open after an error of ours.
            throw new StreamUnavailable();
          }
        },
        onclose() {
          if (!latest.current.isComplete()) {
            throw new Error('The stream ended early');
          }
        },
        onerror(error) {
          failures += 1;
          if (error instanceof StreamUnavailable || failures >= MAX_FAILURES) {
            throw new StreamUnavailable();
          }
          setState('connecting');
          return RETRY_MS;
        },
      });
      if (!controller.signal.aborted) {
        setState('ended');
      }
    };
    follow().catch(() => {
      if (!controller.signal.aborted) {
        setState('unavailable');
      }
    });
    return () => controller.abort();
  }, [api, fetchApi, path, enabled]);

  return state;
}
