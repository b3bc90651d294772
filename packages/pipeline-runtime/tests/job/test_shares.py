"""Workers that share a run leave what one alone would."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pipelines import document
from portal import Request, TestPortal
from sshd_log import sshd_log
from waiting import wait_for

from pipeline_runtime.cli import main

LINES = [line for line, _ in sshd_log(1600, seed=5, attack_share=0.1)]
SPEC_FIELDS: dict[str, Any] = {"contamination": 0.05, "trees": 20, "trainingEvents": 200}


@pytest.fixture
def portal() -> Iterator[TestPortal]:
    with TestPortal() as portal:
        yield portal


def spec(folder: Path, source: dict[str, Any] | None = None, batch_size: int = 64) -> None:
    """A batch pipeline."""
    value = document(folder / "none.log", deploy="scores-file", **SPEC_FIELDS)
    if source is not None:
        value["spec"]["nodes"][0] = source
    value["spec"]["nodes"][-1]["parameters"] = {"batchSize": batch_size}
    (folder / "spec.json").write_text(json.dumps(value))


def command(folder: Path, portal: TestPortal, kind: str, run: str, *more: str) -> list[str]:
    """The arguments of one worker."""
    arguments = ["job", "--kind", kind, "--spec", str(folder / "spec.json"), "--run", run]
    arguments += ["--data-dir", str(folder / "data"), "--patience", "20"]
    return [*arguments, *portal.arguments(folder), *more]


def shared(folder: Path, portal: TestPortal, kind: str, run: str, workers: int, *more: str) -> None:
    """All workers one after the other, in no particular order, and the merge."""
    order = list(range(workers))
    random.Random(workers).shuffle(order)
    for index in order:
        share = ("--shard", str(index), "--of", str(workers))
        assert main(command(folder, portal, kind, run, *share, *more)) == 0
    assert main(command(folder, portal, kind, run, "--merge", str(workers), *more)) == 0


def comparable(report: dict[str, Any]) -> dict[str, Any]:
    """What must not depend on how many worked on it."""
    nodes = [{k: v for k, v in node.items() if k != "seconds"} for node in report["nodes"]]
    model = {k: v for k, v in report["model"].items() if k not in ("version", "trainedAt")}
    return {**report, "nodes": nodes, "model": model, "startedAt": ""}


def same_batch(portal: TestPortal, one: str, other: str) -> None:
    """The same table to the last byte, and the same figures."""
    assert portal.of(one)["scores.csv"] == portal.of(other)["scores.csv"]
    reports = [portal.json(run, "report.json") for run in (one, other)]
    assert comparable(reports[0]) == comparable(reports[1])
    results = [portal.json(run, "result.json") for run in (one, other)]
    for result in results:
        result["metrics"].pop("seconds")
        result.pop("model")
    assert results[0] == results[1]


@pytest.mark.parametrize("workers", [2, 4, 7])
def test_a_batch_of_lines(
    tmp_path: Path, portal: TestPortal, capsys: pytest.CaptureFixture[str], workers: int
) -> None:
    spec(tmp_path)
    # Empty and unreadable lines, lines that tell no time, a last line without an end.
    lines = [*LINES[:900], "", "no time here", "\x00\x01\x02\x03" * 20, *LINES[900:], "the end"]
    inputs = ("--input", portal.add("\n".join(lines).encode()))
    assert main(command(tmp_path, portal, "batch", "one", *inputs)) == 0
    shared(tmp_path, portal, "batch", "many", workers, *inputs)
    same_batch(portal, "one", "many")
    assert "rounding" not in capsys.readouterr().out
    report = portal.json("many", "report.json")
    assert (report["events"], report["malformed"]) == (len(LINES) + 2, 1)
    assert len(report["topAnomalies"]) == 50
    assert "model.tar.gz" in portal.of("many")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    seed=st.integers(0, 10_000),
    workers=st.sampled_from([1, 2, 4, 7]),
    rows=st.integers(60, 400),
    batch_size=st.sampled_from([1, 7, 64, 4096]),
)
def test_a_batch_of_any_csv_file(
    tmp_path_factory: pytest.TempPathFactory, seed: int, workers: int, rows: int, batch_size: int
) -> None:
    folder = tmp_path_factory.mktemp("csv")
    source = {
        "id": "logs",
        "type": "csv-file",
        "parameters": {"path": "/none.csv", "textColumn": "text"},
    }
    spec(folder, source, batch_size)
    with TestPortal() as portal:
        inputs = ("--input", portal.add(csv_of(seed, rows)), "--input-name", "events.csv")
        assert main(command(folder, portal, "batch", "one", *inputs)) == 0
        shared(folder, portal, "batch", "many", workers, *inputs)
        same_batch(portal, "one", "many")
        table = list(csv.reader(io.StringIO(portal.of("many")["scores.csv"].decode())))
        assert len(table) == portal.json("many", "report.json")["events"] + 1


def csv_of(seed: int, rows: int) -> bytes:
    """Rows with quotes, line ends and delimiters within fields; some are broken."""
    random_ = random.Random(seed)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=random_.choice(["\n", "\r\n"]))
    writer.writerow(["id", "text", "note"])
    for number in range(rows):
        note = random_.choice(
            ["", "plain", 'a "quoted" word', "two\nlines", "\n" * 5, "a,b\r\nc", '"', "é" * 900]
        )
        line = LINES[(seed + number) % len(LINES)]
        if random_.random() < 0.1:
            line = line.replace(" ", "\n", 1)
        writer.writerow([number, line, note])
        if random_.random() < 0.03:
            text.write("one,two\n")
    return text.getvalue().encode()


def test_more_workers_than_batches(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path, batch_size=4096)
    inputs = ("--input", portal.add("\n".join([*LINES[:300], ""]).encode()))
    assert main(command(tmp_path, portal, "batch", "one", *inputs)) == 0
    shared(tmp_path, portal, "batch", "many", 4, *inputs)
    same_batch(portal, "one", "many")
    empty = [portal.json("many", f"result-{i}-of-4.json")["document"]["tally"] for i in range(4)]
    assert [tally["events"] for tally in empty] == [300, 0, 0, 0]


def test_compressed_input(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    content = gzip.compress("\n".join(LINES).encode())
    inputs = ("--input", portal.add(content), "--input-name", "auth.log.gz")
    assert main(command(tmp_path, portal, "batch", "one", *inputs)) == 0
    shared(tmp_path, portal, "batch", "many", 4, *inputs)
    same_batch(portal, "one", "many")
    parts = [portal.json("many", f"result-{i}-of-4.json")["document"]["tally"] for i in range(4)]
    assert min(tally["events"] for tally in parts) > 200


def test_all_workers_score_with_a_given_model(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    digest = portal.add("\n".join(LINES).encode())
    assert main(command(tmp_path, portal, "training", "train", "--input", digest)) == 0
    model = portal.add(portal.of("train")["model.tar.gz"])
    inputs = ("--input", digest, "--model", model)
    assert main(command(tmp_path, portal, "batch", "one", *inputs)) == 0
    shared(tmp_path, portal, "batch", "many", 4, *inputs)
    same_batch(portal, "one", "many")
    assert "model.tar.gz" not in portal.of("many")
    # Nothing to score is found out by whoever puts the parts together.
    empty = ("--input", portal.add(b"\n\n"), "--model", model)
    for index in range(2):
        share = ("--shard", str(index), "--of", "2")
        assert main(command(tmp_path, portal, "batch", "none", *share, *empty)) == 0
    assert main(command(tmp_path, portal, "batch", "none", "--merge", "2", *empty)) == 3
    assert "scores.csv" not in portal.of("none")


@pytest.mark.parametrize(("workers", "trees"), [(1, 20), (2, 20), (4, 101), (7, 10), (12, 10)])
def test_a_training_gives_the_same_model(
    tmp_path: Path, portal: TestPortal, workers: int, trees: int
) -> None:
    spec(tmp_path)
    value = json.loads((tmp_path / "spec.json").read_text())
    value["spec"]["nodes"][3]["parameters"]["trees"] = trees
    (tmp_path / "spec.json").write_text(json.dumps(value))
    inputs = ("--input", portal.add("\n".join(LINES).encode()))
    assert main(command(tmp_path, portal, "training", "one", *inputs)) == 0
    shared(tmp_path, portal, "training", "many", workers, *inputs)
    one, many = (learned(portal.of(run)["model.tar.gz"]) for run in ("one", "many"))
    assert one.keys() == many.keys()
    for name, content in one.items():
        np.testing.assert_array_equal(many[name], content)
    results = [portal.json(run, "result.json") for run in ("one", "many")]
    for result in results:
        result["metrics"].pop("seconds")
        result.pop("model")
    assert results[0] == results[1]


def learned(archive: bytes) -> dict[str, Any]:
    """Everything that the nodes of a model have learned."""
    found: dict[str, Any] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as file:
        for member in file:
            content = file.extractfile(member)
            if content is None or "/data/" not in member.name or "info" in member.name:
                continue
            data = content.read()
            if member.name.endswith(".npz"):
                with np.load(io.BytesIO(data)) as loaded:
                    found |= {f"{member.name}:{name}": loaded[name] for name in loaded.files}
            else:
                found[member.name] = np.array([json.dumps(json.loads(data), sort_keys=True)])
    assert len(found) > 10
    return found


def test_what_was_done_is_not_done_again(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    inputs = ("--input", portal.add("\n".join(LINES).encode()))
    share = ("--shard", "1", "--of", "2")
    assert main(command(tmp_path, portal, "batch", "run", *share, *inputs)) == 0
    portal.requests.clear()
    assert main(command(tmp_path, portal, "batch", "run", *share, *inputs)) == 0
    paths = [(request.method, request.path) for request in portal.requests]
    assert paths == [
        ("GET", "/runs/run/files"),
        ("GET", "/runs/run/files/result-1-of-2.json"),
    ]
    # A part that is not the one which its marker names does not count.
    portal.files[("run", "part-1-of-2.csv")] += b"more\r\n"
    portal.requests.clear()
    assert main(command(tmp_path, portal, "batch", "run", *share, *inputs)) == 0
    assert any(request.path.startswith("/artifacts/") for request in portal.requests)
    # Nor does one of other work.
    portal.requests.clear()
    other = ("--input", portal.add("\n".join(LINES[1:]).encode()))
    assert main(command(tmp_path, portal, "batch", "run", *share, *other)) == 0
    assert any(request.path.startswith("/artifacts/") for request in portal.requests)


def test_a_part_that_is_missing_is_named(
    tmp_path: Path, portal: TestPortal, capsys: pytest.CaptureFixture[str]
) -> None:
    spec(tmp_path)
    inputs = ("--input", portal.add("\n".join(LINES).encode()))
    for index in (0, 2):
        share = ("--shard", str(index), "--of", "4")
        assert main(command(tmp_path, portal, "batch", "run", *share, *inputs)) == 0
    assert main(command(tmp_path, portal, "batch", "run", "--merge", "4", *inputs)) == 3
    error = json.loads(capsys.readouterr().err.splitlines()[-1])["error"]
    assert error["code"] == "parts-missing"
    assert error["message"].endswith("of this run: 1, 3.")
    assert "scores.csv" not in portal.of("run")


def test_a_killed_worker_redoes_only_its_share(tmp_path: Path, portal: TestPortal) -> None:
    spec(tmp_path)
    inputs = ("--input", portal.add("\n".join(LINES).encode()))
    assert main(command(tmp_path, portal, "batch", "one", *inputs)) == 0
    # Killed while it uploads: a part without a marker is left.
    held: list[str] = []

    def fault(request: Request) -> tuple[int, dict[str, str]] | None:
        if request.path.endswith("part-1-of-3.npy") and request.method == "PUT" and not held:
            held.append(request.path)
            wait_for(lambda: worker.poll() is not None, "the kill")
        return None

    portal.fault = fault
    share = command(tmp_path, portal, "batch", "many", "--shard", "1", "--of", "3", *inputs)
    worker = subprocess.Popen(
        [sys.executable, "-m", "pipeline_runtime", *share], stdout=subprocess.DEVNULL
    )
    wait_for(lambda: held, "an upload", 40)
    worker.kill()
    worker.wait(10)
    assert set(portal.of("many")) == {"part-1-of-3.csv"}
    portal.fault = None
    shared(tmp_path, portal, "batch", "many", 3, *inputs)
    same_batch(portal, "one", "many")
    # Nothing of the first try is left in the scratch space either.
    assert list((tmp_path / "data/tmp").iterdir()) == []


def test_the_index_comes_from_an_indexed_job(
    tmp_path: Path, portal: TestPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec(tmp_path)
    inputs = ("--input", portal.add("\n".join(LINES).encode()))
    monkeypatch.setenv("JOB_COMPLETION_INDEX", "2")
    assert main(command(tmp_path, portal, "batch", "run", "--of", "4", *inputs)) == 0
    assert "result-2-of-4.json" in portal.of("run")
    assert {worker for _, worker, _ in portal.progress} == {2}
