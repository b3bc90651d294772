"""A running stream exposes what the portal and dashboards read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pipelines import document
from processes import Release, free_port
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[4]
SAMPLE_LOG = ROOT / "examples" / "logs" / "sshd-sample.log"
#: What `parseSnapshot` of the portal's backend reads: the types and labels of metrics by name.
READ_BY_PORTAL = ROOT / "plugins/ml-pipelines-backend/src/monitoring/runtimeMetrics.json"
#: KServe's, which published dashboards read.
READ_BY_DASHBOARDS: dict[str, Any] = {
    f"request_{part}_seconds": {"type": "histogram", "labels": ["model_name"]}
    for part in ("preprocess", "predict", "postprocess")
}
LABELS_OF_FORMAT = {"le"}


@pytest.mark.skipif(not READ_BY_PORTAL.is_file(), reason="the package stands alone")
def test_a_stream_exposes_all_that_is_read_of_it(tmp_path: Path) -> None:
    spec = document(SAMPLE_LOG, trainingEvents=200, trees=20)
    port = free_port()
    events = len(SAMPLE_LOG.read_text().splitlines())
    base_url = f"http://127.0.0.1:{port}"
    with Release(tmp_path, spec, "r", "--port", str(port)) as release:
        release.wait_events(events)
        lines = {"name": "lines", "shape": [1], "datatype": "BYTES", "data": ["Failed password"]}
        path = "/v2/models/ssh-anomalies/infer"
        httpx.post(base_url + path, json={"inputs": [lines]}, timeout=20).raise_for_status()
        exposition = httpx.get(f"{base_url}/metrics", timeout=20).text
        anomalies = release.status()["counters"]["anomalies"]

    families = {family.name: family for family in text_string_to_metric_families(exposition)}
    expected: dict[str, Any] = json.loads(READ_BY_PORTAL.read_text()) | READ_BY_DASHBOARDS
    for name, wanted in expected.items():
        # The parser names the family of a counter without its suffix.
        key = name.removesuffix("_total") if wanted["type"] == "counter" else name
        if wanted.get("optional") and not getattr(families.get(key), "samples", None):
            continue
        family = families[key]
        assert family.type == wanted["type"], name
        assert family.samples, name
        for sample in family.samples:
            assert sample.labels.keys() - LABELS_OF_FORMAT >= set(wanted["labels"]), sample

    # The figures are those of the stream.
    def total(family: str, **labels: str) -> float:
        samples = [s for s in families[family].samples if labels.items() <= s.labels.items()]
        return sum(s.value for s in samples if s.name.endswith(("_total", "_count")))

    assert total("mlpipe_events", outcome="scored") == events
    assert total("mlpipe_anomalies") == anomalies > 0
    assert total("mlpipe_batch_duration_seconds") > 0
    route = {"http_route": "/v2/models/{name}/infer", "http_response_status_code": "200"}
    assert total("http_server_request_duration_seconds", **route) == 1
    nodes = {s.labels["node"] for s in families["mlpipe_node_duration_seconds"].samples}
    assert nodes >= {"logs", "features", "scale", "model"}
