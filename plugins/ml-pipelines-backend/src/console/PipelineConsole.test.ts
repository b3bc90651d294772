import type { PipelineDetail } from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { PipelineConsole } from './PipelineConsole';

describe('PipelineConsole', () => {
  function setup(answer: () => Response) {
    const driver = new FakeTargetDriver();
    driver.endpoints.set('ssh', answer);
    return new PipelineConsole({
      pipelines: {
        get: async () =>
          ({
            name: 'ssh',
            target: 'here',
            deployedRevision: 1,
            endpoint: 'http://127.0.0.1:18000',
          } as PipelineDetail),
      },
      targets: {
        get: async name => ({
          target: {} as never,
          driver,
          ref: { name, config: { ready: true } },
        }),
      },
      apiKeys: { reveal: async () => 'key' },
    });
  }

  /** An answer that never ends, in parts of a mebibyte. */
  function endless() {
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += 1;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
    });
    return { answer: () => new Response(body), sent: () => sent };
  }

  it('stops reading an answer that is too long', async () => {
    for (const call of [
      (console: PipelineConsole) => console.invoke('ssh', ['line']),
      (console: PipelineConsole) =>
        console.anomalies('ssh', { after: 0, limit: 10 }),
    ]) {
      const { answer, sent } = endless();
      await expect(call(setup(answer))).rejects.toThrow(
        /the answer is longer than 8388608 bytes. Call its endpoint yourself/,
      );
      expect(sent()).toBeLessThan(20);
    }
  });

  it('shows an answer that is no JSON as it is, but takes no anomalies from it', async () => {
    const console = setup(() => new Response('oops', { status: 502 }));
    expect(await console.invoke('ssh', ['line'])).toMatchObject({
      status: 502,
      body: 'oops',
    });
    await expect(
      setup(() => new Response('oops')).anomalies('ssh', {
        after: 0,
        limit: 10,
      }),
    ).rejects.toThrow('answered no JSON');
  });
});
