"""The HTTP API through ASGI, on a real engine."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from engines import engine, wait_events, write_lines
from http_api import Api
from pipelines import document
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.nodes.source import http_push
from pipeline_runtime.server.api_keys import ApiKeys
from pipeline_runtime.server.app import create_app
from pipeline_runtime.server.gate import Traffic
from pipeline_runtime.server.rate_limit import RateLimit

LINES = [line for line, _ in sshd_log(900, seed=8, attack_share=0.1)]
INFER = "/v2/models/ssh-anomalies/infer"


@contextmanager
def api(
    spec: dict[str, Any],
    data_dir: Path,
    *,
    keys: ApiKeys | None = None,
    limit: RateLimit | None = None,
    active: bool = True,
) -> Iterator[Api]:
    with engine(spec, data_dir, active=active) as running, ThreadPoolExecutor(1) as pool:
        traffic = Traffic()
        batcher = Batcher(running.sample, running.counted, pool, max_lines=256, max_wait=0.005)
        yield Api(create_app(running, batcher, traffic, keys=keys, limit=limit), running, traffic)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """A stream that has scored everything."""
    folder = tmp_path_factory.mktemp("api")
    write_lines(folder / "auth", LINES)
    spec = document(folder / "auth", trainingEvents=500, contamination=0.05)
    with api(spec, folder / "data") as made:
        wait_events(made.engine, 900)
        yield made


def lines_input(*lines: str, **changes: Any) -> dict[str, Any]:
    tensor = {"name": "lines", "shape": [len(lines)], "datatype": "BYTES", "data": list(lines)}
    return {"inputs": [tensor | changes]}


def test_inference_follows_the_protocol(trained: Api) -> None:
    answer = trained.post(INFER, json=lines_input(*LINES[:3]) | {"id": "abc"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["model_name"], body["model_version"], body["id"]) == ("ssh-anomalies", "1", "abc")
    outputs = {output["name"]: output for output in body["outputs"]}
    assert {name: (o["datatype"], o["shape"]) for name, o in outputs.items()} == {
        "score": ("FP64", [3]),
        "anomaly": ("BOOL", [3]),
        "explanation": ("BYTES", [3]),
    }
    explanation = json.loads(outputs["explanation"]["data"][0])
    assert explanation["line"] == LINES[0]
    assert set(explanation["features"][0]) == {"name", "value", "typical", "contribution", "text"}


def test_inference_is_repeatable_and_leaves_the_stream_alone(trained: Api) -> None:
    before = trained.engine.status()["counters"]
    bodies = [trained.post(INFER, json=lines_input(*LINES[:50])).json() for _ in range(3)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert trained.engine.status()["counters"] == before


def test_a_burst_of_failures_in_a_request_is_an_anomaly(trained: Api) -> None:
    burst = [
        f"May  9 03:00:{s:02d} bastion sshd[{s + 9}]: Failed password for root from 66.6.6.6 port 9"
        for s in range(40)
    ]
    body = trained.post(INFER, json=lines_input(*burst)).json()
    outputs = {output["name"]: output["data"] for output in body["outputs"]}
    assert outputs["anomaly"][-1] is True
    assert outputs["score"][-1] > outputs["score"][0]


def test_only_the_wanted_outputs_are_returned(trained: Api) -> None:
    request = lines_input(LINES[0]) | {"outputs": [{"name": "score"}]}
    outputs = trained.post(INFER, json=request).json()["outputs"]
    assert [output["name"] for output in outputs] == ["score"]


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        ({"content": b"{"}, 400, "JSON"),
        ({"content": b"[" * 100_000}, 400, "nested too deeply"),
        ({"json": {}}, 400, "inputs"),
        ({"json": {"inputs": [{"name": "other"}]}}, 400, "lines"),
        ({"json": lines_input("a", datatype="FP64")}, 400, "BYTES"),
        ({"json": lines_input("a", data=[1])}, 400, "strings"),
        ({"json": lines_input()}, 400, "empty"),
        ({"json": lines_input("a", shape=[2])}, 400, "shape"),
        ({"json": lines_input(*["a"] * 10_001)}, 413, "10000"),
        ({"content": b"x" * (17 * 1_048_576)}, 413, "16 MiB"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(
    trained: Api, request_: dict[str, Any], status: int, says: str
) -> None:
    answer = trained.post(INFER, **request_)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert says in answer.json()["error"]


def test_metadata_and_health_of_the_protocol(trained: Api) -> None:
    assert trained.get("/v2").json()["name"] == "mlpipe"
    assert trained.get("/v2/health/live").json() == {"live": True}
    assert trained.get("/v2/health/ready").json() == {"ready": True}
    model = trained.get("/v2/models/ssh-anomalies").json()
    assert (model["name"], model["versions"]) == ("ssh-anomalies", ["1"])
    assert trained.get("/v2/models/ssh-anomalies/versions/1/ready").json()["ready"] is True
    for path in ("/v2/models/other", "/v2/models/ssh-anomalies/versions/9", "/nothing"):
        answer = trained.get(path)
        assert answer.status_code == 404
        assert list(answer.json()) == ["error"]
    assert trained.get(INFER).status_code == 405
    assert INFER.replace("ssh-anomalies", "{name}") in trained.get("/openapi.json").json()["paths"]


def test_anomalies_are_paged_by_sequence(trained: Api) -> None:
    everything = trained.get("/anomalies", params={"limit": 1000}).json()["items"]
    assert len(everything) > 5
    first = trained.get("/anomalies", params={"limit": 2}).json()
    second = trained.get("/anomalies", params={"after": first["next"], "limit": 1000}).json()
    assert first["items"] + second["items"] == everything
    end = trained.get("/anomalies", params={"after": second["next"]}).json()
    assert end == {"items": [], "next": second["next"]}
    assert trained.get("/anomalies", params={"limit": 0}).status_code == 400


def test_metrics_name_routes_not_paths(trained: Api) -> None:
    trained.post(INFER, json=lines_input(LINES[0]))
    trained.get("/some/secret/path")
    trained.request("HURRY", "/somewhere")
    text = trained.get("/metrics").text
    assert 'http_route="/v2/models/{name}/infer"' in text
    assert 'http_route="*"' in text
    assert "secret" not in text
    assert 'http_request_method="_OTHER"' in text
    assert "HURRY" not in text


def test_while_learning_requests_are_told_how_far_it_is(tmp_path: Path) -> None:
    write_lines(tmp_path / "auth", LINES[:120])
    with api(document(tmp_path / "auth"), tmp_path / "data") as learning:
        wait_for(lambda: learning.engine.state.learning == (120, 1000), "120 events")
        ready = learning.get("/readyz")
        assert (ready.status_code, ready.json()) == (
            200,
            {"status": "learning", "events": 120, "required": 1000},
        )
        answer = learning.post(INFER, json=lines_input("a"))
        assert answer.status_code == 503
        assert answer.json()["error"].startswith("The model is still learning: 120 of 1000 events.")
        assert learning.get("/v2/models/ssh-anomalies/ready").status_code == 503


def test_keys_open_everything_but_probes(tmp_path: Path) -> None:
    (tmp_path / "auth").touch()
    file = tmp_path / "keys.json"
    with api(document(tmp_path / "auth"), tmp_path / "data", keys=ApiKeys(file)) as closed:
        for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
            assert closed.get(path).status_code in (200, 503)

        def status(**headers: str) -> int:
            return closed.get("/status", headers=headers).status_code

        # No file: nobody is let in.
        assert status(authorization="Bearer one") == 401
        file.write_text(json.dumps({"sha256": [hashlib.sha256(b"one").hexdigest()]}))
        assert status(authorization="Bearer one") == 200
        assert status(**{"x-api-key": "one"}) == 200
        assert status() == status(authorization="Bearer two") == status(authorization="one") == 401
        answer = closed.get("/status")
        assert "API key" in answer.json()["error"]
        # A rotated key counts at once.
        file.write_text(json.dumps({"sha256": [hashlib.sha256(b"second").hexdigest()]}))
        assert status(authorization="Bearer one") == 401
        assert status(authorization="Bearer second") == 200
        file.write_text('{"sha256": []}')
        assert status(authorization="Bearer second") == 401
        file.write_text("{")
        assert status(authorization="Bearer second") == 401


def test_too_many_requests_are_told_when_to_come_back(tmp_path: Path) -> None:
    (tmp_path / "auth").touch()
    now = 0.0
    limit = RateLimit(3, lambda: now)
    with api(document(tmp_path / "auth"), tmp_path / "data", limit=limit) as limited:
        assert [limited.get("/status").status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = limited.get("/status")
        assert refused.headers["retry-after"] == "20"
        assert "20 s" in refused.json()["error"]
        assert limited.get("/healthz").status_code == 200
        now = 20.0
        assert [limited.get("/status").status_code for _ in range(2)] == [200, 429]


def test_the_end_of_a_release_closes_connections(trained: Api) -> None:
    trained.traffic.closing = True
    try:
        assert trained.get("/healthz").headers["connection"] == "close"
    finally:
        trained.traffic.closing = False
    assert "connection" not in trained.get("/healthz").headers


def test_an_endpoint_counts_and_records_what_it_finds(tmp_path: Path) -> None:
    write_lines(tmp_path / "auth", LINES[:500])
    spec = document(tmp_path / "auth", deploy="api-endpoint", trainingEvents=500)
    with api(spec, tmp_path / "data") as endpoint:
        wait_for(lambda: endpoint.get("/readyz").json()["status"] == "ready", "ready")
        burst = [
            f"May  9 03:00:{s:02d} bastion sshd[9]: Failed password for root from 66.6.6.6 port 9"
            for s in range(50)
        ]
        body = endpoint.post(INFER, json=lines_input(*burst)).json()
        found = sum(body["outputs"][1]["data"])
        assert found > 0
        assert endpoint.get("/status").json()["counters"] == {
            "events": 50,
            "anomalies": found,
            "malformed": 0,
        }
        wait_for(lambda: len(endpoint.get("/anomalies").json()["items"]) == found, "anomalies")
        first = endpoint.get("/anomalies").json()["items"][0]
        assert (first["source"], first["node"]) == ("request", "model")
        assert first["features"]
        assert f'mlpipe_anomalies_total{{node="model"}} {found}.0' in endpoint.get("/metrics").text


def test_senders_wait_when_too_much_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_push, "MOST_WAITING", 0)
    with api(document({}), tmp_path / "data") as full:
        answer = full.post("/events", content=b"x", headers={"content-type": "text/plain"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


@pytest.fixture
def pushed(tmp_path: Path) -> Iterator[Api]:
    with api(document({"maxEventsPerRequest": 5, "maxBodyMiB": 1}), tmp_path / "data") as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("text/plain", "one\r\n\ntwo\n", [("push", "one"), ("push", "two")]),
        ("text/plain; charset=utf-8", "\ufeffünï", [("push", "ünï")]),
        ("application/json", '["\\ud83d\\ude00 \\ud800"]', [("push", "\U0001f600 ?")]),
        (
            "application/x-ndjson",
            '{"line": "a", "source": "web"}\n"b"\n',
            [("web", "a"), ("push", "b")],
        ),
        (
            "application/json",
            '["a", {"line": "b\\nc", "id": "1"}, {"line": "again", "id": "1"}]',
            [("push", "a"), ("push", "b c")],
        ),
    ],
)
def test_events_are_accepted_in_every_form(
    pushed: Api, kind: str, content: str, expected: list[tuple[str, str]]
) -> None:
    answer = pushed.post("/events", content=content.encode(), headers={"content-type": kind})
    duplicates = content.count('"id": "1"') > 1
    assert answer.status_code == 202
    assert answer.json() == {"accepted": len(expected), "duplicates": int(duplicates)}
    spool = pushed.engine.graph.source._spool  # type: ignore[attr-defined]
    assert [(row[1], row[2]) for row in spool.read(0, 10)] == expected
    wait_for(lambda: pushed.engine.state.learning == (len(expected), 1000), "the events")


@pytest.mark.parametrize(
    ("kind", "content", "status", "says"),
    [
        ("text/plain", b"x\n" * 6, 413, "6 events are more than 5"),
        ("text/plain", b"x" * 1_100_000, 413, "1 MiB"),
        ("application/json", b'{"line": "a"}', 400, "array"),
        ("application/json", b'[{"text": "a"}]', 400, "Event 1"),
        ("application/json", b'["a", {"line": "b", "id": 7}]', 400, '"id" of event 2'),
        ("application/x-ndjson", b'"a"\n{', 400, "Line 2"),
        ("application/json", b"[" * 100_000, 400, "nested too deeply"),
        ("image/png", b"a", 415, "text/plain"),
    ],
)
def test_a_wrong_push_is_refused_as_a_whole(
    pushed: Api, kind: str, content: bytes, status: int, says: str
) -> None:
    answer = pushed.post("/events", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert says in answer.json()["error"]
    spool = pushed.engine.graph.source._spool  # type: ignore[attr-defined]
    assert spool.read(0, 10) == []


def test_events_are_for_pushed_pipelines_only(trained: Api) -> None:
    assert trained.post("/events", content=b"x").status_code == 404


def test_control_is_not_public(trained: Api) -> None:
    assert trained.post("/control/deactivate").status_code == 404


def test_concurrent_requests_get_their_own_answers(trained: Api) -> None:
    def one(client: httpx.AsyncClient, line: str) -> Coroutine[Any, Any, httpx.Response]:
        return client.post(INFER, json=lines_input(line))

    async def many(count: Callable[[int], int]) -> list[httpx.Response]:
        transport = httpx.ASGITransport(trained.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://api") as client:
            return await asyncio.gather(*(one(client, LINES[count(i)]) for i in range(60)))

    batched = asyncio.run(many(lambda i: i))
    single = [trained.post(INFER, json=lines_input(LINES[i])).json() for i in range(60)]
    assert [answer.json() for answer in batched] == single
