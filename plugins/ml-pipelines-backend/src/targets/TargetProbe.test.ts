import { FakeTargetDriver } from '@mlpipe/plugin-ml-pipelines-node/testUtils';
import { TargetProbe } from './TargetProbe';
import type { RegisteredTarget } from './TargetRegistry';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute));

describe('TargetProbe', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: at(0), advanceTimers: true });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('says since when a target is as it is', async () => {
    const driver = new FakeTargetDriver();
    const check = jest.spyOn(driver, 'check');
    const target = { name: 'edge' };
    const probe = new TargetProbe();
    const registered = {
      target,
      driver,
      ref: target,
    } as unknown as RegisteredTarget;
    const sinceAt = async (minute: number) => {
      jest.setSystemTime(at(minute));
      const { status } = await probe.describe(registered);
      return [status.ready, status.since];
    };
    const zero = expect.stringMatching(/T00:00:00/);
    const two = expect.stringMatching(/T00:02:00/);
    const four = expect.stringMatching(/T00:04:00/);

    check.mockResolvedValue({ ready: true });
    expect(await sinceAt(0)).toEqual([true, zero]);
    expect(await sinceAt(1)).toEqual([true, zero]);
    check.mockResolvedValue({ ready: false, reason: 'away' });
    expect(await sinceAt(2)).toEqual([false, two]);
    // Whether it says so or does not even answer.
    check.mockRejectedValue(new Error('dead'));
    expect(await sinceAt(3)).toEqual([false, two]);
    check.mockResolvedValue({ ready: true });
    expect(await sinceAt(4)).toEqual([true, four]);
  });
});
