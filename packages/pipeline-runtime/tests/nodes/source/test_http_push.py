"""Pushed events are read from the durable position."""

from __future__ import annotations

from pathlib import Path

from pipeline_runtime.nodes.source.http_push import HttpPush
from pipeline_runtime.storage.spool import PushedEvent


def test_reading_goes_on_at_the_offset(tmp_path: Path) -> None:
    node = HttpPush("push")
    node.open(tmp_path, None)
    node.push([PushedEvent(f"line {i}", "s") for i in range(5)])
    first = node.read(2)
    assert first.events.lines == ["line 0", "line 1"]
    other = HttpPush("push")
    other.open(tmp_path, first.offset)
    assert other.read(10).events.lines == ["line 2", "line 3", "line 4"]
    assert [other.lag_bytes({"sequence": n}) for n in (2, 5)] == [18, 0]
    other.committed({"sequence": 4})
    again = HttpPush("push")
    again.open(tmp_path, None)
    assert again.read(10).events.lines == ["line 4"]
