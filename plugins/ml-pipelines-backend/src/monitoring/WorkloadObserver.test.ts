import { mockServices } from '@backstage/backend-test-utils';
import type { WorkloadStatus } from '@mlpipe/plugin-ml-pipelines-common';
import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { WorkloadObserver } from './WorkloadObserver';

const START = Date.parse('2026-01-01T00:00:00Z');

describe('WorkloadObserver', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: START });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  function setup() {
    const driver = new FakeTargetDriver();
    const observe = jest.spyOn(driver, 'observe');
    const observer = new WorkloadObserver({
      targets: {
        get: async name => ({
          target: {} as never,
          driver,
          ref: { name, config: { ready: true } },
        }),
      },
      logger: mockServices.logger.mock(),
    });
    return { observe, observer };
  }

  it('asks once for many viewers, and again after two seconds', async () => {
    const { observe, observer } = setup();
    const all = Array.from({ length: 20 }, () => observer.observe('p', 't'));
    await Promise.all(all);
    await jest.advanceTimersByTimeAsync(1999);
    await observer.observe('p', 't');
    expect(observe).toHaveBeenCalledTimes(1);
    await observer.observe('other', 't');
    expect(observe).toHaveBeenCalledTimes(2);
    await jest.advanceTimersByTimeAsync(1);
    await observer.observe('p', 't');
    expect(observe).toHaveBeenCalledTimes(3);
  });

  it('gives up on a silent target after five seconds, says since when, and does not press it', async () => {
    const { observe, observer } = setup();
    let answer: (status: WorkloadStatus) => void = () => {};
    observe.mockImplementation(
      () =>
        new Promise(done => {
          answer = done;
        }),
    );
    const first = observer.observe('p', 't');
    let settled = false;
    first.finally(() => {
      settled = true;
    });
    await jest.advanceTimersByTimeAsync(4999);
    expect(settled).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    const since = '2026-01-01T00:00:05.000Z';
    expect(await first).toMatchObject({
      phase: 'unknown',
      reason: `The target "t" has not answered since ${since}: No answer within 5 s.`,
    });

    const second = observer.observe('p', 't');
    await jest.advanceTimersByTimeAsync(5000);
    expect((await second).reason).toContain(since);
    expect(observe).toHaveBeenCalledTimes(1);

    const running: WorkloadStatus = {
      phase: 'running',
      replicas: { wanted: 1, ready: 1, items: [] },
      conditions: [],
      observedAt: since,
    };
    answer(running);
    await jest.advanceTimersByTimeAsync(0);
    expect(await observer.observe('p', 't')).toEqual(running);
    // Another silence is a new one.
    observe.mockRejectedValue(new Error('connection refused'));
    await jest.advanceTimersByTimeAsync(2000);
    expect((await observer.observe('p', 't')).reason).toBe(
      'The target "t" has not answered since 2026-01-01T00:00:12.000Z: connection refused',
    );
  });
});
