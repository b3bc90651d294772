"""What a vocabulary remembers, and for how long."""

from __future__ import annotations

import json

import pytest
from pipelines import events

from pipeline_runtime.logs import vocabulary as module
from pipeline_runtime.logs.extractor import Extractor
from pipeline_runtime.logs.vocabulary import Vocabulary
from pipeline_runtime.logs.windows import StreamWindows


@pytest.mark.parametrize(
    "line",
    [
        "2024-05-01T10:00:00Z h app{}: same",
        "2024-05-01T10:00:00Z h app: {:x}{:x}",
        "2024-05-01T10:00:00Z h app: from 10.0.{}.{}",
    ],
    ids=["processes", "templates", "sources"],
)
def test_who_writes_the_log_does_not_decide_how_much_is_remembered(
    line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_ENTRIES", 100)
    vocabulary, windows = Vocabulary(), StreamWindows(60)
    extractor = Extractor(8192)
    for i in range(2000):
        one = events([line.format(i % 250, i // 250)])
        extractor.rows(one, vocabulary, windows, update=True)
    state = vocabulary.as_json()
    sizes = {name: len(kept) for name, kept in state.items() if isinstance(kept, dict)}
    assert max(sizes.values()) <= 101, sizes
    assert Vocabulary.from_json(json.loads(json.dumps(state))).as_json() == state


def test_each_process_has_its_own_hours() -> None:
    vocabulary = Vocabulary()
    for hour in range(24):
        vocabulary.count("tick", "cron", None, (), hour)
    for _ in range(3):
        vocabulary.count("login", "sshd", None, (), 9)
    assert vocabulary.process_hours["cron"] == [1] * 24
    assert vocabulary.process_hours["sshd"][9] == 3
    vocabulary.fade()
    assert vocabulary.process_hours == {"cron": [0] * 24, "sshd": [0] * 9 + [1] + [0] * 14}
