"""Prometheus metrics, by the names of KServe and OpenTelemetry where those have one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from pipeline_runtime.node import Node
from pipeline_runtime.ports import Matrix

# `_created` series double the size of every scrape, and no dashboard reads them.
disable_created_metrics()  # type: ignore[no-untyped-call]

_NODE_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: Those of OpenTelemetry for HTTP servers, and finer ones below.
_REQUEST_BUCKETS = (
    *(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1),
    *(0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10),
)
_SCORE_BUCKETS = tuple(round(0.3 + 0.05 * i, 2) for i in range(13))


class ScoreHistogram(Collector):
    """`mlpipe_anomaly_score`, counted per batch instead of per event."""

    def __init__(self) -> None:
        self._counts = np.zeros(len(_SCORE_BUCKETS) + 1, dtype=np.int64)
        self._sum = 0.0

    def add(self, scores: Matrix) -> None:
        """Count the scores of a batch."""
        places = np.searchsorted(_SCORE_BUCKETS, scores, side="left")
        self._counts = self._counts + np.bincount(places, minlength=len(self._counts))
        self._sum += float(scores.sum())

    def collect(self) -> Iterable[Metric]:
        """The histogram with cumulative buckets."""
        bounds = [*map(str, _SCORE_BUCKETS), "+Inf"]
        cumulative = np.cumsum(self._counts).tolist()
        yield HistogramMetricFamily(
            "mlpipe_anomaly_score",
            "Scores of events",
            buckets=list(zip(bounds, cumulative, strict=True)),
            sum_value=self._sum,
        )


class SourceCounts(Collector):
    """What the source counts durably, so that the series go on after a restart."""

    def __init__(self) -> None:
        self._values: tuple[str, int, int, float | None] | None = None

    def set(self, node: str, received: int, lost: int, last_event: float | None) -> None:
        """Replace the values; `last_event` in seconds since the epoch."""
        self._values = (node, received, lost, last_event)

    def collect(self) -> Iterable[Metric]:
        """Counters, and the time of the last event once there was one."""
        if self._values is None:
            return
        node, received, lost, last_event = self._values
        for name, text, value in (
            ("mlpipe_source_received_total", "Events that arrived", received),
            ("mlpipe_source_lost_total", "Events that are known to be lost", lost),
        ):
            counter = CounterMetricFamily(name, text, labels=("node",))
            counter.add_metric([node], value)
            yield counter
        if last_event is not None:
            gauge = GaugeMetricFamily(
                "mlpipe_source_last_event_timestamp_seconds",
                "When the last event was read",
                labels=("node",),
            )
            gauge.add_metric([node], last_event)
            yield gauge


class Metrics:
    """All metrics of one process. Safe for use by several threads."""

    content_type = "text/plain; version=0.0.4; charset=utf-8"

    def __init__(self, model_name: str) -> None:
        self.registry = CollectorRegistry()
        self._model_name = model_name
        registry = self.registry
        ProcessCollector(registry=registry)
        self._preprocess = self._request_part("preprocess")
        self._predict = self._request_part("predict")
        self._postprocess = self._request_part("postprocess")
        self._http = Histogram(
            "http_server_request_duration_seconds",
            "Duration of HTTP requests",
            ("http_route", "http_request_method", "http_response_status_code"),
            buckets=_REQUEST_BUCKETS,
            registry=registry,
        )
        self._node = Histogram(
            "mlpipe_node_duration_seconds",
            "Duration of one batch in a node",
            ("node", "node_type"),
            buckets=_NODE_BUCKETS,
            registry=registry,
        )
        self._batch = Histogram(
            "mlpipe_batch_duration_seconds",
            "Duration of one batch of the stream through all nodes",
            # Those of requests, so that both can be summed to one latency.
            buckets=_REQUEST_BUCKETS,
            registry=registry,
        )
        self._events = Counter(
            "mlpipe_events_total",
            "Events by what became of them",
            ("node", "outcome"),
            registry=registry,
        )
        self._anomalies = Counter(
            "mlpipe_anomalies_total", "Anomalies found", ("node",), registry=registry
        )
        self._scores = ScoreHistogram()
        registry.register(self._scores)
        self._source = SourceCounts()
        registry.register(self._source)
        self._lag = Gauge(
            "mlpipe_source_lag_bytes", "Bytes not read yet", ("node",), registry=registry
        )
        self._drift = Gauge(
            "mlpipe_drift_psi",
            "Population-stability index of recent events against the training events",
            ("feature",),
            registry=registry,
        )
        self._model_changes = Counter(
            "mlpipe_model_changes_total",
            "Models by what became of them",
            ("kind",),
            registry=registry,
        )
        for kind in ("promoted", "rolled_back", "rejected"):
            self._model_changes.labels(kind)
        self._learning = Gauge(
            "mlpipe_learning_events", "Events learned from so far", registry=registry
        )
        self._required = Gauge(
            "mlpipe_learning_events_required", "Events to learn from", registry=registry
        )
        self._model = Gauge(
            "mlpipe_model_info", "1 for the model in use", ("version",), registry=registry
        )

    def _request_part(self, part: str) -> Histogram:
        return Histogram(
            f"request_{part}_seconds",
            f"Duration of the {part} part of inference requests",
            ("model_name",),
            buckets=_REQUEST_BUCKETS,
            registry=self.registry,
        )

    def inference(self, preprocess: float, predict: float, postprocess: float) -> None:
        """Seconds of the parts of one inference request."""
        self._preprocess.labels(self._model_name).observe(preprocess)
        self._predict.labels(self._model_name).observe(predict)
        self._postprocess.labels(self._model_name).observe(postprocess)

    def http(self, route: str, method: str, status: int, seconds: float) -> None:
        """One answered request."""
        self._http.labels(route, method, str(status)).observe(seconds)

    def node(self, node: Node, seconds: float) -> None:
        """One batch of a node."""
        self._node.labels(node.id, node.type_id).observe(seconds)

    def batch(self, seconds: float) -> None:
        """One batch of the stream, scored."""
        self._batch.observe(seconds)

    def events(self, node: str, outcome: str, count: int) -> None:
        """Events by outcome: scored, learning, malformed, duplicate."""
        if count:
            self._events.labels(node, outcome).inc(count)

    def scores(self, node: str, scores: Matrix, anomalies: int) -> None:
        """Scores of one batch."""
        self._anomalies.labels(node).inc(anomalies)
        self._scores.add(scores)

    def lag(self, node: str, value: int) -> None:
        """Bytes of the source that wait."""
        self._lag.labels(node).set(value)

    def source(self, node: str, received: int, lost: int, last_event: float | None) -> None:
        """Counts of the source over the whole life of the pipeline."""
        self._source.set(node, received, lost, last_event)

    def learning(self, events: int, required: int) -> None:
        """Progress of the learning phase."""
        self._learning.set(events)
        self._required.set(required)

    def model(self, version: str) -> None:
        """The version in use."""
        self._model.clear()
        self._model.labels(version).set(1)

    def drift(self, values: dict[str, float]) -> None:
        """Population-stability index of each feature."""
        self._drift.clear()
        for feature, value in values.items():
            self._drift.labels(feature).set(value)

    def model_changed(self, kind: str) -> None:
        """A model was promoted, rolled_back or rejected."""
        self._model_changes.labels(kind).inc()

    def text(self) -> bytes:
        """Exposition format 0.0.4."""
        return generate_latest(self.registry)
