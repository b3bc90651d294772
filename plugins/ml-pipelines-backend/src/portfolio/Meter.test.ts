import {
  addToMeter,
  emptyMeter,
  latencyMs,
  Meter,
  meterBetween,
  readMeter,
  writeMeter,
} from './Meter';

const meter = (own: Partial<Meter>): Meter => ({ ...emptyMeter(), ...own });
const cost = (total: number) => ({
  total,
  cpuHours: total,
  gibHours: 0,
  gpuHours: 0,
});

describe('Meter', () => {
  it('gives what happened between two readings, also from the database', () => {
    const earlier = meter({
      requests: 10,
      latency: { '0.1': 0, '0.5': 10, '1': 0, '+Inf': 0 },
      cost: { EUR: cost(1) },
    });
    const later = readMeter(writeMeter(earlier));
    addToMeter(
      later,
      meter({
        requests: 4,
        errors: 1,
        upSeconds: 30,
        latency: { '0.1': 0, '0.5': 0, '1': 4, '+Inf': 0 },
        cost: { EUR: cost(0.5), USD: cost(2) },
      }),
    );
    const between = meterBetween(
      readMeter(writeMeter(earlier)),
      readMeter(writeMeter(later)),
    );
    expect(between).toMatchObject({
      requests: 4,
      errors: 1,
      upSeconds: 30,
      cost: { EUR: cost(0.5), USD: cost(2) },
    });
    // Between 0.5 s and 1 s, although the reading before had nothing there.
    expect(latencyMs(between, 0.5)).toBeCloseTo(750, 6);
  });

  it('keeps no empty buckets but the one that the first value lies above', () => {
    const text = writeMeter(
      meter({ latency: { '0.1': 0, '0.25': 0, '0.5': 3, '1': 0, '+Inf': 0 } }),
    );
    expect(readMeter(text).latency).toEqual({ '0.25': 0, '0.5': 3 });
    expect(latencyMs(readMeter(text), 1)).toBeCloseTo(500, 6);
    expect(
      readMeter(writeMeter(meter({ latency: { '1': 0 } }))).latency,
    ).toEqual({});
    expect(latencyMs(emptyMeter(), 0.95)).toBeUndefined();
  });
});
