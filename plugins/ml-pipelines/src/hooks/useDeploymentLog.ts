import { useCallback, useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import {
  DeploymentLogLine,
  DeploymentState,
  isTerminalState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { EventStreamState, useEventStream } from './useEventStream';
import { useQuery } from './useQuery';

const PAGE = 5_000;

/** What is known of a deployment's log so far. */
export interface DeploymentLogResult {
  lines: DeploymentLogLine[];
  stream: EventStreamState;
  error?: Error;
}

/**
 * Log of a deployment, live. Events are `log` (a line) and `state`. When no
 * stream can be had, it is polled.
 *
 * @param state - State of the deployment as last seen.
 * @param onState - Called when the stream says that the state changed.
 */
export function useDeploymentLog(
  id: string,
  state: DeploymentState | undefined,
  onState: () => void,
): DeploymentLogResult {
  const api = useApi(mlPipelinesApiRef);
  const [log, setLog] = useState<{ id: string; lines: DeploymentLogLine[] }>({
    id,
    lines: [],
  });
  const last = useRef({ id, sequence: 0 });
  if (last.current.id !== id) {
    last.current = { id, sequence: 0 };
  }
  const ended = useRef(false);
  ended.current = state !== undefined && isTerminalState(state);

  const append = useCallback(
    (incoming: DeploymentLogLine[]) => {
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
    path: `/deployments/${encodeURIComponent(id)}/events`,
    lastEventId: () =>
      last.current.sequence ? String(last.current.sequence) : undefined,
    onMessage: message => {
      if (message.event === 'log') {
        append([JSON.parse(message.data) as DeploymentLogLine]);
      } else if (message.event === 'state') {
        const next = parseState(message.data);
        ended.current = next !== undefined && isTerminalState(next);
        onState();
      }
    },
    isComplete: () => ended.current,
  });

  const poll = useQuery(
    `${id} log`,
    signal =>
      api.getDeploymentLog(
        id,
        { after: last.current.sequence, limit: PAGE },
        { signal },
      ),
    {
      enabled: stream === 'unavailable',
      pollMs: page => {
        if (page && page.items.length === PAGE) {
          return 0;
        }
        return page && isTerminalState(page.state) ? undefined : 2_000;
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

function parseState(data: string): DeploymentState | undefined {
  try {
    const value: unknown = JSON.parse(data);
    const state =
      typeof value === 'object' && value !== null && 'state' in value
        ? value.state
        : value;
    return typeof state === 'string' ? (state as DeploymentState) : undefined;
  } catch {
    return data as DeploymentState;
  }
}
