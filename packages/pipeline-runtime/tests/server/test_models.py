"""Routes for models and runs: who may use them, what they answer."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from continuous import ADA, CONTINUOUS, LINES, retrain, wait_shadow
from engines import engine, wait_events, write_lines
from http_api import Api
from pipelines import document
from waiting import wait_for

from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.server.api_keys import ApiKeys
from pipeline_runtime.server.app import create_app
from pipeline_runtime.server.gate import Traffic

GOLDEN = Path(__file__).parents[1] / "golden" / "models.json"
PORTAL = {"authorization": "Bearer portal"}
CALLER = {"x-api-key": "caller"}


@dataclass
class Managed:
    """An application with keys of both kinds."""

    api: Api
    log: Path


def write_keys(path: Path) -> ApiKeys:
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("caller", "portal")}
    path.write_text(json.dumps({"sha256": [digests["caller"]], "management": [digests["portal"]]}))
    return ApiKeys(path)


@pytest.fixture(scope="module")
def managed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Managed]:
    """A champion, an archived and a challenger version, with drift to tell."""
    folder = tmp_path_factory.mktemp("models")
    log = folder / "auth"
    write_lines(log, LINES[:1500])
    keys = write_keys(folder / "keys.json")
    spec = document(log, **CONTINUOUS | {"promotion": "manual", "retrainEveryMinutes": 60})
    with engine(spec, folder / "data") as running, ThreadPoolExecutor(1) as pool:
        wait_events(running, 1500)
        batcher = Batcher(running.sample, running.counted, pool, max_lines=256, max_wait=0.005)
        app = create_app(
            running, batcher, traffic := Traffic(), keys=keys, limit=None, management=keys
        )
        retrain(running)
        wait_shadow(running, "2")
        write_lines(log, LINES[1500:1800])
        wait_for(lambda: running.models()["versions"][0].get("gate"), "the gate")
        running.requests.promote("2", ADA)
        write_lines(log, LINES[1800:2400])
        wait_events(running, 2400)
        retrain(running)
        wait_shadow(running, "3")
        yield Managed(Api(app, running, traffic), log)


def test_models_need_the_management_key(managed: Managed) -> None:
    api = managed.api
    for path in ("/models", "/runs/x/log", "/runs/x/artifacts/model.tar.gz", "/models/1/promote"):
        assert api.get(path).status_code == 401, path
        assert api.get(path).headers["www-authenticate"] == "Bearer"
        assert api.get(path, headers={"x-api-key": "wrong"}).status_code == 401
        refused = api.get(path, headers=CALLER)
        assert refused.status_code == 403, path
        assert "management key" in refused.json()["error"]
    assert api.get("/models", headers=PORTAL).status_code == 200
    # The key of the portal opens what any key opens.
    assert api.get("/status", headers=PORTAL).status_code == 200
    assert api.get("/status", headers=CALLER).status_code == 200


def test_without_authentication_models_stay_closed(managed: Managed, tmp_path: Path) -> None:
    engine_ = managed.api.engine
    with ThreadPoolExecutor(1) as pool:
        batcher = Batcher(engine_.sample, engine_.counted, pool, max_lines=1, max_wait=0)
        keys = write_keys(tmp_path / "keys.json")
        for management in (keys, None):
            app = create_app(
                engine_, batcher, Traffic(), keys=None, limit=None, management=management
            )
            api = Api(app, engine_, Traffic())
            assert api.get("/status").status_code == 200
            assert api.get("/models").status_code == 401
            expected = 200 if management else 401
            assert api.get("/models", headers=PORTAL).status_code == expected


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/models/99/promote", {}, 404, "no version"),
        ("/models/x/promote", {}, 400, "version"),
        ("/models/2/promote", {"by": ADA}, 409, "champion already"),
        ("/models/2/promote", {"force": True}, 400, "force"),
        ("/models/2/promote", {"by": 5}, 400, "by"),
        ("/models/2/reject", {"reason": "x" * 501}, 400, "reason"),
        ("/models/2/reject", {"reason": "old"}, 409, "no challenger"),
        ("/models/rollback", {"version": "99"}, 404, "no version"),
        ("/models/rollback", {"version": "3"}, 409, "no earlier champion"),
        ("/models/retrain", {"trigger": "boredom"}, 400, "trigger"),
        ("/models/retrain", [], 400, "body"),
    ],
)
def test_what_does_not_fit_is_refused(
    managed: Managed, path: str, body: object, status: int, words: str
) -> None:
    answer = managed.api.post(path, headers=PORTAL, json=body)
    assert answer.status_code == status, answer.text
    assert words in answer.json()["error"]


def test_bodies_are_bounded_and_must_be_json(managed: Managed) -> None:
    large = managed.api.post("/models/retrain", headers=PORTAL, content=b" " * 1_100_000)
    assert large.status_code == 413
    broken = managed.api.post("/models/retrain", headers=PORTAL, content=b"{")
    assert broken.status_code == 400


def test_a_run_shows_its_log_and_its_model(managed: Managed) -> None:
    run = managed.api.get("/models", headers=PORTAL).json()["runs"][0]["id"]
    first = managed.api.get(f"/runs/{run}/log?limit=2", headers=PORTAL).json()
    assert [line["sequence"] for line in first["items"]] == [1, 2]
    assert set(first["items"][1]) == {"sequence", "time", "level", "message", "node"}
    rest = managed.api.get(f"/runs/{run}/log?after={first['next']}", headers=PORTAL).json()
    assert rest["items"][0]["sequence"] == 3
    archive = managed.api.get(f"/runs/{run}/artifacts/model.tar.gz", headers=PORTAL)
    with tarfile.open(fileobj=io.BytesIO(archive.content)) as file:
        assert "model/data/reference.json" in file.getnames()
    for path in ("/runs/none/log", f"/runs/{run}/artifacts/run.json", "/runs/..%2f/log"):
        assert managed.api.get(path, headers=PORTAL).status_code == 404, path
    assert managed.api.get(f"/runs/{run}/log?limit=0", headers=PORTAL).status_code == 400


def shape(value: Any) -> Any:
    """Names and types; what stands in a list is merged."""
    if isinstance(value, dict):
        return {name: shape(item) for name, item in sorted(value.items())}
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        for item in value:
            if not isinstance(item, dict):
                return [type(item).__name__]
            for name, kind in shape(item).items():
                merged.setdefault(name, kind)
        return [merged]
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, int | float) else type(value).__name__


def test_the_answer_has_the_shape_that_the_portal_reads(managed: Managed) -> None:
    """A test in ml-pipelines-common checks the golden file against its types."""
    answer = managed.api.get("/models", headers=PORTAL).json()
    golden = json.loads(GOLDEN.read_text())
    mine, theirs = shape(answer), shape(golden)
    # The golden file holds what this pipeline does not show at once.
    training = theirs.pop("training")
    failure = theirs["runs"][0].pop("failure")
    assert set(training) == {
        "createdAt",
        "id",
        "metrics",
        "progress",
        "startedAt",
        "state",
        "trigger",
    }
    assert set(failure) == {"code", "hint", "message", "node"}
    assert theirs.pop("nextTrainingAt") == "str"
    assert mine == theirs


def test_a_challenger_is_promoted_and_taken_back_by_http(managed: Managed) -> None:
    api = managed.api
    promoted = api.post("/models/3/promote", headers=PORTAL, json={"by": ADA})
    assert promoted.status_code == 200
    assert promoted.json()["champion"] == "3"
    back = api.post("/models/rollback", headers=PORTAL, json={"by": ADA, "reason": "Alerts."})
    assert back.status_code == 200
    assert back.json()["champion"] == "2"
    assert back.json()["versions"][0]["reason"] == "Alerts."
    begun = api.post("/models/retrain", headers=PORTAL, content=b"")
    assert begun.status_code == 200
    assert begun.json()["training"]["trigger"] == "manual"
    twice = api.post("/models/retrain", headers=PORTAL, json={"by": ADA, "trigger": "manual"})
    assert twice.status_code == 409
    assert "under way" in twice.json()["error"]
