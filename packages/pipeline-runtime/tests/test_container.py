"""What a process finds, and leaves, in a container."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pipeline_runtime.cpu_limit import cpu_limit, limit_threads
from pipeline_runtime.errors import Problem, RuntimeFailure, SpecInvalid
from pipeline_runtime.termination import failure_of, tell_end


@pytest.mark.parametrize(
    ("files", "limit", "threads"),
    [
        ({"cpu.max": "150000 100000"}, 1.5, "2"),
        ({"cpu.max": "25000 100000"}, 0.25, "1"),
        ({"cpu.max": "max 100000"}, None, None),
        ({"cpu/cpu.cfs_quota_us": "400000", "cpu/cpu.cfs_period_us": "100000"}, 4.0, "4"),
        ({"cpu/cpu.cfs_quota_us": "-1", "cpu/cpu.cfs_period_us": "100000"}, None, None),
        ({"cpu.max": "nonsense"}, None, None),
        ({}, None, None),
    ],
)
def test_threads_follow_the_limit_of_processors(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    files: dict[str, str],
    limit: float | None,
    threads: str | None,
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{content}\n")
    assert cpu_limit(tmp_path) == limit
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("MKL_NUM_THREADS", "9")
    limit_threads(tmp_path)
    assert os.environ.get("OMP_NUM_THREADS") == threads
    # What somebody has set stays.
    assert os.environ["MKL_NUM_THREADS"] == "9"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("text", ["short", "é" * 9000, '"\n' * 9000, "\x01" * 9000])
def test_the_termination_message_is_whole_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "termination-log"
    monkeypatch.setenv("MLPIPE_TERMINATION_LOG", str(path))
    tell_end(RuntimeFailure("code", text, text, "node"))
    # Outside containers there is no such file, and none is made.
    assert not path.exists()
    path.touch()
    tell_end(RuntimeFailure("code", text, text, "node"))
    assert len(path.read_bytes()) <= 4096
    error = json.loads(path.read_text())["error"]
    assert (error["code"], error["node"]) == ("code", "node")
    assert text.startswith(error["message"])
    assert error["message"]


def test_a_wrong_spec_is_told_by_its_first_error() -> None:
    problems = [
        Problem("a", (), "An advice.", "Do.", severity="warning"),
        Problem("b", (), "It is wrong.", "Correct it.", node="model"),
        Problem("c", (), "It is wrong, too.", "Correct it."),
    ]
    failure = failure_of(SpecInvalid(problems))
    assert failure.code == "spec-invalid"
    assert failure.message == "It is wrong. There are 2 problems in all."
    assert (failure.hint, failure.node) == ("Correct it.", "model")
