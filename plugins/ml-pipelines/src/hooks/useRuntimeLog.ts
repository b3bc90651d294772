import { useEffect, useRef, useState } from 'react';
import { useApi } from '@backstage/frontend-plugin-api';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { EventStreamState, useEventStream } from './useEventStream';
import { useQuery } from './useQuery';

/** Lines kept in the browser; older ones are dropped. */
const MAX_LINES = 5_000;

/** Which lines are wanted. */
export interface RuntimeLogSelection {
  /** Least level that is shown; all when absent. */
  level?: LogLine['level'];
  /** One replica; all when absent. */
  replica?: string;
  /** What ran before the last restart of that replica. */
  previous?: boolean;
}

export interface RuntimeLogResult {
  lines: LogLine[];
  loading: boolean;
  error?: Error;
  stream: EventStreamState;
  refresh(): void;
}

/**
 * Log of what runs of a pipeline.
 *
 * @param follow - Whether new lines are added as they are written.
 */
export function useRuntimeLog(
  pipeline: string,
  selection: RuntimeLogSelection,
  follow: boolean,
): RuntimeLogResult {
  const api = useApi(mlPipelinesApiRef);
  const { level, replica, previous } = selection;
  const query = {
    ...(level && { level }),
    ...(replica && { replica }),
    ...(previous && { previous }),
  };
  const key = `${pipeline} ${JSON.stringify(query)}`;
  const [extra, setExtra] = useState<{ key: string; lines: LogLine[] }>({
    key,
    lines: [],
  });
  const cursor = useRef<{ key: string; after?: string }>({ key });

  const first = useQuery(key, signal =>
    api.getLogs(pipeline, { ...query, limit: 500 }, { signal }),
  );
  const page = first.value;
  useEffect(() => {
    if (page) {
      cursor.current = {
        key,
        after: page.next ?? page.items[page.items.length - 1]?.cursor,
      };
      setExtra({ key, lines: [] });
    }
  }, [page, key]);

  const append = (lines: LogLine[], after?: string) => {
    cursor.current = { key, after: after ?? cursor.current.after };
    if (lines.length) {
      setExtra(old => ({
        key,
        lines: [...(old.key === key ? old.lines : []), ...lines].slice(
          -MAX_LINES,
        ),
      }));
    }
  };

  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]) => [name, String(value)]),
  ).toString();
  const stream = useEventStream({
    path: `/pipelines/${encodeURIComponent(pipeline)}/logs/stream${
      search && `?${search}`
    }`,
    enabled: follow && page !== undefined,
    lastEventId: () => cursor.current.after,
    onMessage: message => {
      if (message.event === 'log' || message.event === '') {
        const line = JSON.parse(message.data) as LogLine;
        append([line], line.cursor);
      }
    },
    isComplete: () => false,
  });

  const poll = useQuery(
    `${key} follow`,
    signal =>
      api.getLogs(
        pipeline,
        { ...query, after: cursor.current.after, limit: 500 },
        { signal },
      ),
    {
      enabled: follow && stream === 'unavailable' && page !== undefined,
      pollMs: () => 3_000,
    },
  );
  const later = poll.value;
  useEffect(() => {
    if (later) {
      append(later.items, later.next);
    }
    // `append` only closes over refs and the key, which `later` follows.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [later]);

  return {
    lines: [
      ...(page?.items ?? []),
      ...(extra.key === key ? extra.lines : []),
    ].slice(-MAX_LINES),
    loading: first.loading,
    error: first.error ?? poll.error,
    stream,
    refresh: first.refresh,
  };
}
