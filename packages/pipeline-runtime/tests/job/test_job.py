"""Runs whose files come from a portal, over real HTTP."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pipelines import document
from portal import Request, TestPortal
from sshd_log import sshd_log

from pipeline_runtime.cli import main

LABELLED = list(sshd_log(1500, seed=2, attack_share=0.08))
LOG = "\n".join(line for line, _ in LABELLED).encode()


@pytest.fixture
def portal() -> Iterator[TestPortal]:
    with TestPortal() as portal:
        yield portal


@pytest.fixture
def termination(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a kubelet looks for the reason of the end."""
    path = tmp_path / "termination-log"
    path.touch()
    monkeypatch.setenv("MLPIPE_TERMINATION_LOG", str(path))
    return path


def spec(tmp_path: Path, source: Path | dict[str, Any] | None = None, **model: Any) -> Path:
    """A batch pipeline; without a source its file comes with the run."""
    value = document(
        tmp_path / "none.log" if source is None else source,
        deploy="scores-file",
        **{"contamination": 0.08, "trees": 20, **model},
    )
    value["spec"]["nodes"][-1]["parameters"] = {}
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(value))
    return path


def job(tmp_path: Path, portal: TestPortal, kind: str, run: str, *more: str) -> int:
    """One run to its end."""
    arguments = ["job", "--kind", kind, "--spec", str(tmp_path / "spec.json")]
    arguments += ["--run", run, "--data-dir", str(tmp_path / "data"), "--patience", "20"]
    return main([*arguments, *portal.arguments(tmp_path), *more])


def failure(path: Path) -> dict[str, Any]:
    """The error of the termination message."""
    value: dict[str, Any] = json.loads(path.read_text())["error"]
    return value


def test_a_batch_leaves_its_files_at_the_portal(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    # Jobs of a schedule always name a model, if only an empty one.
    given = ("--input", digest, "--input-name", "../../auth log.txt", "--model", "")
    assert job(tmp_path, portal, "batch", "run-1", *given) == 0
    assert set(portal.of("run-1")) == {"scores.csv", "report.json", "model.tar.gz", "result.json"}
    report, result = portal.json("run-1", "report.json"), portal.json("run-1", "result.json")
    assert report["events"] == len(LABELLED)
    assert report["topAnomalies"][0]["source"] == "auth log.txt"
    assert result["state"] == "succeeded"
    assert result["files"] == ["scores.csv", "report.json", "model.tar.gz"]
    assert result["metrics"] | {"seconds": 0} == {
        "events": report["events"],
        "anomalies": report["anomalies"],
        "malformed": 0,
        "threshold": report["threshold"],
        "trainingEvents": 1000,
        "seconds": 0,
    }
    assert result["model"] == report["model"]["version"]
    # The last file of all, so that whoever sees it sees all of them.
    puts = [r.path for r in portal.requests if r.method == "PUT" and "/files/" in r.path]
    assert puts[-1] == "/runs/run-1/files/result.json"
    assert portal.progress[-1][2]["unit"] == "bytes"
    assert list((tmp_path / "data/tmp").iterdir()) == []


def test_a_given_model_is_used(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    assert job(tmp_path, portal, "training", "run-1", "--input", digest) == 0
    model = portal.add(portal.of("run-1")["model.tar.gz"])
    result = portal.json("run-1", "result.json")
    assert (result["files"], result["metrics"]["events"]) == (["model.tar.gz"], len(LABELLED))
    assert job(tmp_path, portal, "batch", "run-2", "--input", digest, "--model", model) == 0
    assert set(portal.of("run-2")) == {"scores.csv", "report.json", "result.json"}
    assert portal.json("run-2", "report.json")["model"]["trained"] is False
    assert portal.json("run-2", "result.json")["model"] == result["model"]


def test_a_model_of_other_nodes_is_refused(
    tmp_path: Path, portal: TestPortal, termination: Path
) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    assert job(tmp_path, portal, "training", "run-1", "--input", digest) == 0
    model = portal.add(portal.of("run-1")["model.tar.gz"])
    spec(tmp_path, trees=21)
    assert job(tmp_path, portal, "batch", "run-2", "--input", digest, "--model", model) == 3
    assert failure(termination)["code"] == "model-mismatch"
    assert portal.of("run-2") == {}


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "model/../../evil", "evil", "model/link", "model/MLmodel"]
)
def test_an_archive_that_is_no_model_is_refused(
    tmp_path: Path, portal: TestPortal, termination: Path, name: str
) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as file:
        entry = tarfile.TarInfo(name)
        if name == "model/link":
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
            file.addfile(entry)
        else:
            entry.size = 4
            file.addfile(entry, io.BytesIO(b"evil"))
    spec(tmp_path)
    given = ("--input", portal.add(LOG), "--model", portal.add(buffer.getvalue()))
    assert job(tmp_path, portal, "batch", "run-1", *given) == 3
    assert failure(termination)["code"] in ("model-unusable", "model-unreadable")
    assert not list(tmp_path.rglob("evil"))


def test_trains_on_lines_for_a_source_without_end(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path, {})
    value = json.loads((tmp_path / "spec.json").read_text())
    value["spec"]["nodes"][-1] = {
        "id": "deploy",
        "type": "api-endpoint",
        "parameters": {"authentication": "none"},
    }
    (tmp_path / "spec.json").write_text(json.dumps(value))
    assert job(tmp_path, portal, "training", "run-1", "--input", portal.add(LOG)) == 0
    assert portal.json("run-1", "result.json")["metrics"]["events"] == len(LABELLED)
    assert job(tmp_path, portal, "test", "run-2", "--input", portal.add(LOG)) == 0
    assert portal.json("run-2", "report.json")["events"] == len(LABELLED)
    assert portal.json("run-2", "result.json")["files"] == ["report.json"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "no-events"), (b"a line\n" * 49, "too-few-events")]
)
def test_input_that_cannot_be_scored_is_final(
    tmp_path: Path, portal: TestPortal, termination: Path, content: bytes, code: str
) -> None:
    spec(tmp_path)
    assert job(tmp_path, portal, "batch", "run-1", "--input", portal.add(content)) == 3
    assert failure(termination)["code"] == code
    assert failure(termination)["hint"]
    assert portal.of("run-1") == {}
    assert list((tmp_path / "data/tmp").iterdir()) == []


def test_a_wrong_spec_is_final(tmp_path: Path, portal: TestPortal, termination: Path) -> None:
    path = spec(tmp_path, threshold=7)
    assert job(tmp_path, portal, "batch", "run-1", "--input", portal.add(LOG)) == 2
    assert failure(termination) == {
        "code": "spec-invalid",
        "message": failure(termination)["message"],
        "hint": failure(termination)["hint"],
        "node": "model",
    }
    assert path.exists()


def test_what_breaks_off_goes_on_where_it_was(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    portal.break_off = 50_000
    assert job(tmp_path, portal, "batch", "run-1", "--input", portal.add(LOG)) == 0
    fetches = [r for r in portal.requests if r.path.startswith("/artifacts/")]
    assert [r.headers.get("range") for r in fetches] == [None, "bytes=50000-"]
    assert portal.json("run-1", "report.json")["events"] == len(LABELLED)


def test_faults_of_the_portal_are_waited_out(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    seen: dict[str, int] = {}

    def fault(request: Request) -> tuple[int, dict[str, str]] | None:
        key = f"{request.method} {request.path}"
        seen[key] = seen.get(key, 0) + 1
        statuses = (500, 429, 401)
        return (statuses[seen[key] - 1], {"retry-after": "1"}) if seen[key] <= 2 else None

    portal.fault = fault
    assert job(tmp_path, portal, "batch", "run-1", "--input", portal.add(LOG)) == 0
    assert "result.json" in portal.of("run-1")


def test_a_file_that_arrives_changed_is_not_used(
    tmp_path: Path, portal: TestPortal, termination: Path
) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    portal.artifacts[digest] = LOG.replace(b"sshd", b"ssHd", 1)
    assert job(tmp_path, portal, "batch", "run-1", "--input", digest) == 75
    assert failure(termination)["code"] == "digest-mismatch"
    assert portal.of("run-1") == {}


def test_a_portal_that_stays_away_is_worth_another_try(
    tmp_path: Path, portal: TestPortal, termination: Path
) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    portal.fault = lambda _: (503, {})
    assert job(tmp_path, portal, "batch", "run-1", "--input", digest, "--patience", "1") == 75
    assert failure(termination)["code"] == "portal-unreachable"
    portal.fault = lambda _: (401, {})
    assert job(tmp_path, portal, "batch", "run-1", "--input", digest, "--patience", "1") == 3
    assert failure(termination)["code"] == "token-refused"


@pytest.mark.parametrize(
    ("status", "code"), [(404, "exchange-missing"), (413, "file-too-large"), (409, "run-ended")]
)
def test_what_the_portal_refuses_is_final(
    tmp_path: Path, portal: TestPortal, termination: Path, status: int, code: str
) -> None:
    spec(tmp_path)
    digest = portal.add(LOG)
    portal.fault = lambda r: (status, {}) if r.path.endswith("scores.csv") else None
    assert job(tmp_path, portal, "batch", "run-1", "--input", digest) == 3
    assert failure(termination)["code"] == code


@pytest.mark.parametrize(
    "options",
    [
        ("--input", "sha256:abc"),
        ("--of", "4"),
        ("--of", "4", "--shard", "4"),
        ("--of", "65", "--shard", "0"),
        ("--run", "../run"),
        ("--exchange", "file:///etc"),
    ],
)
def test_wrong_options_are_told(
    tmp_path: Path, portal: TestPortal, termination: Path, options: tuple[str, ...]
) -> None:
    spec(tmp_path)
    assert job(tmp_path, portal, "batch", "run-1", *options) == 3
    assert failure(termination)["code"] in ("usage", "exchange-url")
