"""Scores requests together that arrive together.

A request that is alone is scored at once. While a batch is being scored, others queue up and
make the next batch. Only when further requests are already being received does a batch wait for
them, `max_wait` seconds at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from pipeline_runtime.errors import RuntimeFailure
from pipeline_runtime.ports import Contribution, LogEvents, Scores

#: Bytes of lines that wait at most, so that callers do not decide how much memory is taken.
_MOST_WAITING = 67_108_864
#: What a line takes besides its characters.
_OVERHEAD = 64
#: Requests of up to this many lines get reasons for every line, larger ones for anomalies only.
_EXPLAINED_LINES = 32


@dataclass(frozen=True)
class Answer:
    """What one request gets."""

    scores: list[float]
    anomalies: list[bool]
    explanations: list[list[Contribution]]
    #: Seconds that the scoring of the batch took.
    seconds: float


@dataclass
class _Waiting:
    lines: list[str]
    sources: list[str]
    size: int
    future: asyncio.Future[Answer]


class Batcher:
    """One scoring thread, fed from the event loop."""

    def __init__(
        self,
        score: Callable[[LogEvents], Scores],
        counted: Callable[[Scores, dict[int, list[Contribution]]], None],
        executor: Executor,
        *,
        max_lines: int,
        max_wait: float,
    ) -> None:
        self._score = score
        self._counted = counted
        self._executor = executor
        self._max_lines = max_lines
        self._max_wait = max_wait
        self._queue: list[_Waiting] = []
        #: Bytes in the queue.
        self._waiting = 0
        self._task: asyncio.Task[None] | None = None
        #: Inference requests that were received and not queued yet.
        self.arriving = 0

    async def score(self, lines: list[str], sources: list[str]) -> Answer:
        """Score the lines of one request; raises what scoring raises.

        Raises `RuntimeFailure` with the code `overloaded` when too much waits already.
        """
        size = sum(map(len, lines)) + _OVERHEAD * len(lines)
        if self._queue and self._waiting + size > _MOST_WAITING:
            raise RuntimeFailure(
                "overloaded",
                "Too many lines wait to be scored already.",
                "Try again in a moment; send fewer lines at once.",
            )
        loop = asyncio.get_running_loop()
        waiting = _Waiting(lines, sources, size, loop.create_future())
        self._queue.append(waiting)
        self._waiting += size
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())
        return await waiting.future

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._queue:
            if self.arriving and self._max_wait:
                await self._gather()
            batch = self._take()
            try:
                answers = await loop.run_in_executor(self._executor, self._answer, batch)
            except Exception as error:
                for waiting in batch:
                    if not waiting.future.done():
                        waiting.future.set_exception(error)
                continue
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.future.done():
                    waiting.future.set_result(answer)

    async def _gather(self) -> None:
        deadline = time.monotonic() + self._max_wait
        while self.arriving and time.monotonic() < deadline:
            if sum(len(waiting.lines) for waiting in self._queue) >= self._max_lines:
                return
            await asyncio.sleep(min(0.0005, self._max_wait))

    def _take(self) -> list[_Waiting]:
        """The first requests that fit into a batch; at least one."""
        count, lines = 1, len(self._queue[0].lines)
        for waiting in self._queue[1:]:
            lines += len(waiting.lines)
            if lines > self._max_lines:
                break
            count += 1
        batch, self._queue = self._queue[:count], self._queue[count:]
        self._waiting -= sum(waiting.size for waiting in batch)
        return batch

    def _answer(self, batch: list[_Waiting]) -> list[Answer]:
        start = time.perf_counter()
        lines = [line for waiting in batch for line in waiting.lines]
        sources = [source for waiting in batch for source in waiting.sources]
        groups = tuple(len(waiting.lines) for waiting in batch)
        scores = self._score(LogEvents(lines, sources, time.time(), groups))
        verdicts = scores.anomalies
        wanted: list[int] = []
        first = 0
        for size in groups:
            rows = np.arange(first, first + size)
            wanted += (rows if size <= _EXPLAINED_LINES else rows[verdicts[rows]]).tolist()
            first += size
        explained = dict(zip(wanted, scores.explain(wanted), strict=True))
        self._counted(scores, explained)
        seconds = time.perf_counter() - start
        values, flags = scores.values.tolist(), verdicts.tolist()
        answers = []
        first = 0
        for size in groups:
            last = first + size
            answers.append(
                Answer(
                    values[first:last],
                    flags[first:last],
                    [explained.get(row, []) for row in range(first, last)],
                    seconds,
                )
            )
            first = last
        return answers
