import { parseSnapshot } from './parseSnapshot';
import { SampleWindow } from './SampleWindow';
import { takeDifference } from './takeDifference';

const exposition = (factor: number) => `
# TYPE http_server_request_duration_seconds histogram
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="200",le="0.005"} ${
  6 * factor
}
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="200",le="0.01"} ${
  8 * factor
}
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="200",le="+Inf"} ${
  8 * factor
}
http_server_request_duration_seconds_count{http_route="/v2/models/{name}/infer",http_response_status_code="200"} ${
  8 * factor
}
http_server_request_duration_seconds_sum{http_route="/v2/models/{name}/infer",http_response_status_code="200"} ${
  0.03 * factor
}
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="500",le="0.005"} ${
  2 * factor
}
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="500",le="0.01"} ${
  2 * factor
}
http_server_request_duration_seconds_bucket{http_route="/v2/models/{name}/infer",http_response_status_code="500",le="+Inf"} ${
  2 * factor
}
http_server_request_duration_seconds_count{http_route="/v2/models/{name}/infer",http_response_status_code="500"} ${
  2 * factor
}
http_server_request_duration_seconds_sum{http_route="/v2/models/{name}/infer",http_response_status_code="500"} ${
  0.01 * factor
}
http_server_request_duration_seconds_bucket{http_route="/healthz",http_response_status_code="200",le="+Inf"} 999
http_server_request_duration_seconds_count{http_route="/healthz",http_response_status_code="200"} 999
http_server_request_duration_seconds_sum{http_route="/healthz",http_response_status_code="200"} 1
# TYPE mlpipe_node_duration_seconds histogram
mlpipe_node_duration_seconds_bucket{node="model",node_type="isolation-forest",le="+Inf"} ${
  4 * factor
}
mlpipe_node_duration_seconds_count{node="model",node_type="isolation-forest"} ${
  4 * factor
}
mlpipe_node_duration_seconds_sum{node="model",node_type="isolation-forest"} ${
  2 * factor
}
# TYPE mlpipe_events_total counter
mlpipe_events_total{node="logs",outcome="scored"} ${100 * factor}
mlpipe_events_total{node="logs",outcome="learning"} ${10 * factor}
mlpipe_events_total{node="logs",outcome="malformed"} ${5 * factor}
# TYPE mlpipe_anomalies_total counter
mlpipe_anomalies_total{node="model"} ${3 * factor}
# TYPE process_cpu_seconds_total counter
process_cpu_seconds_total ${1.5 * factor}
# TYPE process_start_time_seconds gauge
process_start_time_seconds 1700000000
# TYPE process_resident_memory_bytes gauge
process_resident_memory_bytes 1048576
`;

describe('snapshot, difference, window', () => {
  it('leaves probes out and sums what callers did', () => {
    const snapshot = parseSnapshot(exposition(1));
    expect(snapshot).toMatchObject({
      requests: 10,
      errors: 2,
      events: 110,
      malformed: 5,
      anomalies: 3,
      cpuSeconds: 1.5,
      nodeSeconds: { model: 2 },
      nodeBatches: { model: 4 },
      memoryBytes: 1048576,
      sourceLagBytes: null,
    });
    const total = Object.values(snapshot.latency).reduce((a, b) => a + b, 0);
    expect(total).toBe(10);
  });

  it('reads what only some runtimes tell', () => {
    expect(parseSnapshot(exposition(1))).toMatchObject({
      lost: 0,
      scores: {},
      drift: {},
      lastEventAt: null,
    });
    const more = `${exposition(1)}
mlpipe_anomaly_score_bucket{le="0.5"} 90
mlpipe_anomaly_score_bucket{le="0.6"} 95
mlpipe_anomaly_score_bucket{le="+Inf"} 100
mlpipe_drift_psi{feature="length"} 0.1
mlpipe_drift_psi{feature="words"} 0.3
mlpipe_source_received_total{node="a"} 1000
mlpipe_source_lost_total{node="a"} 3
mlpipe_source_lost_total{node="b"} 4
`;
    expect(parseSnapshot(more)).toMatchObject({
      lost: 7,
      scores: { '0.5': 90, '0.6': 5, '+Inf': 5 },
      drift: { length: 0.1, words: 0.3 },
      // No event yet: it waits since its start.
      lastEventAt: 1700000000,
    });
    expect(
      parseSnapshot(`${more}
mlpipe_source_last_event_timestamp_seconds{node="a"} 0
mlpipe_source_last_event_timestamp_seconds{node="b"} 1700000100.5
`).lastEventAt,
    ).toBe(1700000100.5);
  });

  it('counts losses that outlive their process once', () => {
    const earlier = { ...parseSnapshot(exposition(1)), lost: 500 };
    const later = { ...earlier, startedAt: 1700009999, lost: 510 };
    expect(takeDifference(earlier, later, 1).lost).toBe(10);
    expect(takeDifference(later, { ...later, lost: 2 }, 1).lost).toBe(2);
  });

  it('interpolates percentiles of scores as histogram_quantile does', () => {
    const sample = {
      ...takeDifference(
        parseSnapshot(exposition(1)),
        parseSnapshot(exposition(2)),
        1,
      ),
      scores: { '0.3': 10, '0.5': 80, '0.6': 10, '+Inf': 0 },
      lastEventAt: 20,
    };
    const window = new SampleWindow([{ atMs: 30_000, seconds: 15, sample }]);
    expect(window.score(0.05)).toBeCloseTo(0.15);
    expect(window.score(0.95)).toBeCloseTo(0.55);
    expect(window.secondsSinceLastEvent()).toBe(10);
    const beyond = { ...sample, scores: { '0.9': 1, '+Inf': 99 } };
    expect(
      new SampleWindow([{ atMs: 1, seconds: 15, sample: beyond }]).score(0.95),
    ).toBe(0.9);
  });

  it('counts from zero when the process started anew', () => {
    const earlier = parseSnapshot(exposition(5));
    const later = parseSnapshot(exposition(2));
    expect(takeDifference(earlier, later, 1)).toMatchObject({
      requests: 20,
      events: 220,
      nodeSeconds: { model: 4 },
    });
    expect(takeDifference(later, earlier, 1)).toMatchObject({
      requests: 30,
      errors: 6,
    });
  });

  it('computes rates, shares and quantiles over several samples', () => {
    const sample = takeDifference(
      parseSnapshot(exposition(1)),
      parseSnapshot(exposition(2)),
      1,
    );
    const window = new SampleWindow([
      { atMs: 15_000, seconds: 15, sample },
      { atMs: 30_000, seconds: 15, sample },
    ]);
    expect(window.rate('requests')).toBeCloseTo(20 / 30);
    expect(window.share('errors', window.total('requests'))).toBeCloseTo(20);
    // 16 of 20 requests took at most 5 ms, the rest at most 10 ms.
    expect(window.latencyMs(0.4)).toBeCloseTo(2.5);
    expect(window.latencyMs(0.9)).toBeCloseTo(7.5);
    expect(window.byNode('nodeSeconds').get('model')).toBe(4);
    const nothing = new SampleWindow([]);
    expect(nothing.rate('requests')).toBeNull();
    expect(nothing.latencyMs(0.95)).toBeNull();
  });
});
