import type { ReactNode } from 'react';
import { fetchApiRef } from '@backstage/frontend-plugin-api';
import { TestApiProvider } from '@backstage/frontend-test-utils';
import type { LogLine } from '@mlpipe/plugin-ml-pipelines-common';
import { renderHook, waitFor } from '@testing-library/react';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { useRuntimeLog } from './useRuntimeLog';

const line = (n: number): LogLine => ({
  cursor: `c${n}`,
  time: '2026-01-01T00:00:00.000Z',
  level: 'info',
  message: `line ${n}`,
});

describe('useRuntimeLog', () => {
  it('follows one stream behind the first page, comments included', async () => {
    const chunks = [
      ': connected\n\n',
      `event: log\nid: c2\ndata: ${JSON.stringify(line(2))}\n\n`,
      ': alive\n\n',
    ].map(text => new TextEncoder().encode(text));
    // The client changes the headers it was given, so they are noted at once.
    const asked: Array<string | undefined> = [];
    const fetch = async (
      _: string,
      init: { headers: Record<string, string> },
    ) => ({
      ok: asked.push(init.headers['last-event-id']) > 0,
      status: 200,
      headers: new Headers({ 'content-type': 'text/event-stream' }),
      body: {
        getReader: () => ({
          read: () => {
            const value = chunks.shift();
            // Then the stream stays open and silent.
            return value
              ? Promise.resolve({ value, done: false })
              : new Promise(() => {});
          },
        }),
      },
    });
    const wrapper = ({ children }: { children: ReactNode }) => (
      <TestApiProvider
        apis={[
          [fetchApiRef, { fetch: fetch as never }],
          [
            mlPipelinesApiRef,
            {
              url: async (path: string) => `http://portal${path}`,
              getLogs: async () => ({ items: [line(1)], next: 'c1' }),
            },
          ],
        ]}
      >
        {children}
      </TestApiProvider>
    );
    const { result } = renderHook(() => useRuntimeLog('ssh', {}, true), {
      wrapper,
    });
    await waitFor(() =>
      expect(result.current.lines.map(l => l.cursor)).toEqual(['c1', 'c2']),
    );
    await waitFor(() => expect(chunks).toEqual([]));
    expect(result.current.stream).toBe('open');
    expect(asked).toEqual(['c1']);
  });
});
