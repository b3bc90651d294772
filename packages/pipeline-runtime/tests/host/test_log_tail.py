"""Causes of failures in the last lines of a log."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline_runtime.host.log_tail import crash, last_error, last_lines, stated_error


def test_lines_from_an_offset_on_also_after_a_rotation(tmp_path: Path) -> None:
    log = tmp_path / "runtime.log"
    assert last_lines(log) == []
    log.write_text("one\ntwo\n\nthree\n")
    assert last_lines(log, lines=2) == ["two", "three"]
    assert last_lines(log, offset=4) == ["two", "three"]
    assert last_lines(log, offset=1000) == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("document", "code", "message", "node"),
    [
        (
            {"error": {"code": "port-taken", "message": "Taken.", "hint": "h", "node": "deploy"}},
            "port-taken",
            "Taken.",
            "deploy",
        ),
        (
            {"problems": [{"path": "/a", "message": "m", "hint": "h", "node": "n"}, {}]},
            "spec-invalid",
            "The spec is wrong at /a: m (1 more problems)",
            "n",
        ),
    ],
)
def test_what_the_runtime_says_itself(document: object, code: str, message: str, node: str) -> None:
    lines = ['{"level":"info","message":"starts"}', json.dumps(document), "supervisor noise"]
    found = stated_error(lines)
    assert found is not None
    assert (found.code, found.message, found.hint, found.node) == (code, message, "h", node)
    assert found.log == lines
    assert crash(lines).code == code


def test_a_crash_is_told_by_its_last_words() -> None:
    error = {"error": {"code": "crash", "message": "ValueError: no", "hint": "report"}}
    lines = ["Traceback (most recent call last):", "ValueError: no", json.dumps(error)]
    assert stated_error(lines) is None
    assert crash(lines).code == "runtime-crashed"
    assert "ValueError: no" in crash(lines).message
    assert crash([]).message == "The runtime ended without a word."
    logged = ['{"level":"error","message":"disk"}', '{"level":"info","message":"x"}']
    assert last_error(logged) == "disk"
    assert last_error(['{"level":"info","message":"x"}']) is None
