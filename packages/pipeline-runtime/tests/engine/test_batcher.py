"""Requests that arrive together are scored together; a lone one does not wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from pipeline_runtime.engine.batcher import Batcher
from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.ports import Contribution, Features, LogEvents, Scores


class Scorer:
    """Scores a line by its length; can be held up."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, events: LogEvents) -> Scores:
        self.batches.append(events.lines)
        assert self.gate.wait(5)
        if "bad" in events.lines:
            raise ValueError("bad")
        values = np.array([len(line) / 10 for line in events.lines])
        matrix = np.zeros((len(values), 1))
        features = Features(events, (), matrix, matrix, np.zeros(len(values)))
        return Scores(features, values, 0.5, "model")


def batcher(scorer: Scorer, *, max_lines: int = 4, max_wait: float = 0.0) -> Batcher:
    return Batcher(
        scorer,
        lambda scores, reasons: None,
        ThreadPoolExecutor(1),
        max_lines=max_lines,
        max_wait=max_wait,
    )


async def held_up(scorer: Scorer, made: Batcher, requests: list[list[str]]) -> list[object]:
    """Send requests while the scorer is busy with a first one."""
    scorer.gate.clear()
    tasks = [asyncio.ensure_future(made.score(["first"], ["s"]))]
    while not scorer.batches:
        await asyncio.sleep(0.001)
    tasks += [asyncio.ensure_future(made.score(lines, ["s"] * len(lines))) for lines in requests]
    await asyncio.sleep(0)
    scorer.gate.set()
    return await asyncio.gather(*tasks, return_exceptions=True)


def test_requests_queue_up_behind_a_busy_scorer_and_get_their_own_answers() -> None:
    scorer = Scorer()
    made = batcher(scorer)
    answers = asyncio.run(held_up(scorer, made, [["a"], ["bb", "ccccc"], ["d"], ["e" * 9]]))
    assert scorer.batches == [["first"], ["a", "bb", "ccccc", "d"], ["e" * 9]]
    values = [getattr(answer, "scores", None) for answer in answers]
    assert values == [[0.5], [0.1], [0.2, 0.5], [0.1], [0.9]]
    assert getattr(answers[2], "anomalies", None) == [False, True]


def test_a_request_larger_than_a_batch_is_scored_alone() -> None:
    scorer = Scorer()
    asyncio.run(held_up(scorer, batcher(scorer), [["x"] * 9, ["y"]]))
    assert [len(batch) for batch in scorer.batches] == [1, 9, 1]


def test_a_failure_reaches_every_request_of_the_batch_and_no_other() -> None:
    scorer = Scorer()
    answers = asyncio.run(held_up(scorer, batcher(scorer, max_lines=2), [["a"], ["bad"], ["c"]]))
    assert [isinstance(answer, ValueError) for answer in answers] == [False, True, True, False]


def test_a_lone_request_does_not_wait() -> None:
    scorer = Scorer()
    made = batcher(scorer, max_wait=30.0)
    start = time.monotonic()
    asyncio.run(made.score(["a"], ["s"]))
    assert time.monotonic() - start < 5


def test_a_batch_waits_for_requests_that_are_arriving() -> None:
    scorer = Scorer()
    made = batcher(scorer, max_wait=30.0)

    async def run() -> None:
        made.arriving = 1
        first = asyncio.ensure_future(made.score(["a"], ["s"]))
        await asyncio.sleep(0.01)
        assert scorer.batches == []

        async def arrive() -> None:
            made.arriving = 0
            await made.score(["b"], ["s"])

        await asyncio.gather(first, arrive())

    asyncio.run(run())
    assert scorer.batches == [["a", "b"]]


@pytest.mark.parametrize("size", [32, 33])
def test_large_requests_get_reasons_for_anomalies_only(size: int) -> None:
    asked: list[int] = []

    class Explaining(Scorer):
        def __call__(self, events: LogEvents) -> Scores:
            scores = super().__call__(events)

            def explain(rows: Sequence[int]) -> list[list[Contribution]]:
                asked.extend(rows)
                return [[] for _ in rows]

            scores.explain = explain
            return scores

    asyncio.run(batcher(Explaining()).score(["a"] * (size - 1) + ["a" * 9], ["s"] * size))
    assert len(asked) == (size if size == 32 else 1)


def test_callers_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline_runtime.engine.batcher._MOST_WAITING", 1000)
    scorer = Scorer()
    made = batcher(scorer)

    async def scenario() -> list[object]:
        answers = await held_up(scorer, made, [["x" * 5000], ["y" * 500], ["z"]])
        # What is answered makes room.
        return [*answers, await made.score(["y" * 500], ["s"])]

    answers = asyncio.run(scenario())
    failed = [isinstance(answer, RuntimeFailure) for answer in answers]
    assert failed == [False, False, True, True, False]
    assert {a.code for a in answers if isinstance(a, RuntimeFailure)} == {"overloaded"}
