import type { ReactNode } from 'react';
import { act, renderHook, waitFor } from '@testing-library/react';
import { TestApiProvider } from '@backstage/frontend-test-utils';
import { fetchApiRef } from '@backstage/frontend-plugin-api';
import type {
  DeploymentLogLine,
  DeploymentState,
} from '@mlpipe/plugin-ml-pipelines-common';
import { mlPipelinesApiRef } from '../api/mlPipelinesApiRef';
import { useDeploymentLog } from './useDeploymentLog';

const line = (sequence: number): DeploymentLogLine => ({
  sequence,
  time: '2026-01-10T03:11:00.000Z',
  level: 'info',
  step: 'apply',
  message: `line ${sequence}`,
});
const logEvent = (sequence: number) =>
  `event: log\nid: ${sequence}\ndata: ${JSON.stringify(line(sequence))}\n\n`;

/** As much of a streamed response as the reader of events looks at. */
function streamed(text: string) {
  // The server begins with a comment, and sends one now and then.
  const chunks = [': connected\n\n', text, ': alive\n\n'].map(chunk =>
    new TextEncoder().encode(chunk),
  );
  return {
    ok: true,
    status: 200,
    headers: new Headers({ 'content-type': 'text/event-stream' }),
    body: {
      getReader: () => ({
        read: async () => {
          const value = chunks.shift();
          return { value, done: value === undefined };
        },
      }),
    },
  };
}

function setup(fetch: jest.Mock, getDeploymentLog = jest.fn()) {
  const onState = jest.fn();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <TestApiProvider
      apis={[
        [fetchApiRef, { fetch }],
        [
          mlPipelinesApiRef,
          {
            url: async (path: string) => `http://portal/api${path}`,
            getDeploymentLog,
          },
        ],
      ]}
    >
      {children}
    </TestApiProvider>
  );
  const hook = renderHook(
    ({ state }: { state: DeploymentState }) =>
      useDeploymentLog('d1', state, onState),
    { wrapper, initialProps: { state: 'applying' as DeploymentState } },
  );
  return { ...hook, onState };
}

describe('useDeploymentLog', () => {
  it('goes on behind the last event after an interruption, and ends with the deployment', async () => {
    const answers = [
      streamed(logEvent(1) + logEvent(2)),
      streamed(
        // A server may send again what was under way.
        `${logEvent(2)}${logEvent(
          3,
        )}event: state\ndata: {"state":"succeeded"}\n\n`,
      ),
    ];
    // The client changes the headers it was given, so they are noted at once.
    const asked: Array<{ url: string; from?: string }> = [];
    const fetch = jest.fn(
      async (url: string, init: { headers: Record<string, string> }) => {
        asked.push({ url, from: init.headers['last-event-id'] });
        return answers.shift();
      },
    );
    const { result, onState } = setup(fetch);

    await waitFor(() => expect(result.current.stream).toBe('ended'), {
      timeout: 10_000,
    });
    const url = 'http://portal/api/deployments/d1/events';
    expect(asked).toEqual([
      { url, from: undefined },
      { url, from: '2' },
    ]);
    expect(result.current.lines.map(l => l.sequence)).toEqual([1, 2, 3]);
    expect(onState).toHaveBeenCalledTimes(1);
  }, 15_000);

  it('polls where no stream can be had', async () => {
    const fetch = jest.fn(async () => ({
      ok: false,
      status: 404,
      headers: new Headers(),
    }));
    const getDeploymentLog = jest
      .fn()
      .mockResolvedValueOnce({ items: [line(1)], next: 1, state: 'applying' })
      .mockResolvedValue({ items: [line(2)], next: 2, state: 'succeeded' });
    const { result } = setup(fetch, getDeploymentLog);

    await waitFor(
      () => expect(result.current.lines.map(l => l.sequence)).toEqual([1, 2]),
      { timeout: 10_000 },
    );
    expect(result.current.stream).toBe('unavailable');
    expect(getDeploymentLog.mock.calls.map(([, query]) => query.after)).toEqual(
      [0, 1],
    );
  }, 15_000);

  it('stops when nobody looks any more', async () => {
    const signals: AbortSignal[] = [];
    const fetch = jest.fn((_url: string, init: { signal: AbortSignal }) => {
      signals.push(init.signal);
      return new Promise(() => {});
    });
    const { unmount } = setup(fetch);
    await waitFor(() => expect(signals).toHaveLength(1));
    act(() => unmount());
    expect(signals[0].aborted).toBe(true);
  });
});
