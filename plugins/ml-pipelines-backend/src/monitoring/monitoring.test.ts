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
