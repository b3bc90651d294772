import { CpuMeter } from './CpuMeter';

const start = Date.parse('2026-01-01T00:00:00Z');
const startedAt = new Date(start).toISOString();

it('measures between observations, and from the start at the first', () => {
  const meter = new CpuMeter();
  expect(meter.percent('p/1', 5, startedAt, start + 10_000)).toBe(50);
  expect(meter.percent('p/1', 8, startedAt, start + 12_000)).toBe(150);
  expect(meter.percent('p/1', 8, startedAt, start + 14_000)).toBe(0);
});

it('repeats its answer when asked again at once', () => {
  const meter = new CpuMeter();
  expect(meter.percent('p/1', 0, startedAt, start + 100)).toBeUndefined();
  expect(meter.percent('p/1', 5, startedAt, start + 10_000)).toBe(50);
  expect(meter.percent('p/1', 5, startedAt, start + 10_100)).toBe(50);
  expect(meter.percent('p/2', 1, null, start)).toBeUndefined();
});

it('forgets processes that are gone', () => {
  const meter = new CpuMeter();
  meter.percent('p/1', 5, startedAt, start + 10_000);
  meter.keep(new Set());
  expect(meter.percent('p/1', 10, startedAt, start + 10_000)).toBe(100);
});
