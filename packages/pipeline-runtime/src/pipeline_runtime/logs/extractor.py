"""From lines to rows of numbers, in one pass."""

from __future__ import annotations

import time as clock
from collections.abc import Callable
from math import log2

import numpy as np

from pipeline_runtime.logs.columns import ALL_COLUMNS
from pipeline_runtime.logs.line_shape import LineShape, ShapeCache
from pipeline_runtime.logs.timestamps import TimestampReader
from pipeline_runtime.logs.vocabulary import Vocabulary
from pipeline_runtime.logs.windows import LONG_AGO, StreamWindows
from pipeline_runtime.ports import LogEvents, Matrix

#: A time that lies further back than this is believed: another log, or a clock that was set.
_TOLERATED_DISORDER = 300.0
#: Events that each hour of a process is taken to have had before, and all of them together.
_HOUR_PRIOR = 0.25
_HOURS_PRIOR = 24 * _HOUR_PRIOR
_LOG_COLUMNS = [i for i, column in enumerate(ALL_COLUMNS) if column.log]
_WIDTH = len(ALL_COLUMNS)


class Extractor:
    """Reads lines; keeps only caches of its own, so that one can serve each thread."""

    def __init__(self, max_line_length: int, now: Callable[[], float] = clock.time) -> None:
        self._max_line_length = max_line_length
        self._shapes = ShapeCache()
        self._times = TimestampReader(now)

    def count(self, events: LogEvents, vocabulary: Vocabulary, windows: StreamWindows) -> None:
        """First pass over training events: count what they say."""
        limit = self._max_line_length
        for line, arrived in zip(events.lines, events.each_arrived(), strict=False):
            line = line[:limit]
            shape = self._shapes.of(line)
            process = line[shape.process[0] : shape.process[1]]
            time = self._time(shape, line, windows, arrived)
            vocabulary.count(
                _template(shape, shape.severity_of(line) if shape.variable else shape.severity),
                process,
                _source(shape, line, process, windows),
                shape.words,
                int(time // 3600 % 24),
            )

    def rows(
        self,
        events: LogEvents,
        vocabulary: Vocabulary,
        windows: StreamWindows,
        *,
        update: bool,
        already_counted: bool = False,
        rarest: float = 64.0,
        hours: bool = True,
    ) -> tuple[Matrix, Matrix]:
        """Matrix of all columns, and the time of each event.

        `update`: the vocabulary learns from each line after its row is made.
        `already_counted`: the vocabulary holds these very lines, so that each is compared with
        all *others*. `rarest` (bits) caps rarities, so that they do not grow with the stream.
        """
        flat: list[float] = []
        times: list[float] = []
        extend = flat.extend
        own = 1 if already_counted else 0
        limit = self._max_line_length
        shape_of = self._shapes.of
        for line, arrived in zip(events.lines, events.each_arrived(), strict=False):
            if len(line) > limit:
                line = line[:limit]
            shape = shape_of(line)
            time = self._time(shape, line, windows, arrived)
            process = line[shape.process[0] : shape.process[1]]
            source = _source(shape, line, process, windows)

            level, failure = shape.severity, shape.failure
            if shape.variable:
                level = shape.severity_of(line)
                failure = level >= 2
                extend((float(level), *shape.content[1:]))
            else:
                extend(shape.content)

            template = _template(shape, level)
            total = log2(vocabulary.total + 1 - own or 1)
            template_count = vocabulary.templates.get(template, 0)
            process_count = vocabulary.processes.get(process, 0)
            rarity = total - log2(template_count - own + 0.5)
            process_rarity = total - log2(process_count - own + 0.5)
            hour = int(time // 3600 % 24)
            # Of what this process says: a login at night is rare, though cron speaks all night.
            day = vocabulary.process_hours.get(process)
            if hours:
                around = (day[hour] if day else 0) - own
                bits = log2(process_count - own + _HOURS_PRIOR) - log2(around + _HOUR_PRIOR)
                hour_rarity = bits if bits < rarest else rarest
            else:
                hour_rarity = 0.0
            if update and shape.vocabulary_age == vocabulary.age:
                new_words = 0
            else:
                known = vocabulary.words
                new_words = sum(1 for word in shape.words if known.get(word, 0) <= own)

            _, all_failures, gap = windows.all.add("", time, failure)
            process_events, _, _ = windows.processes.add(process, time, failure)
            host = line[shape.host[0] : shape.host[1]]
            host_events, _, _ = windows.hosts.add(host, time, failure)
            if source is None:
                source_events = source_failures = source_rarity = 0.0
                source_gap = LONG_AGO
                source_count = 0
            else:
                source_events, source_failures, source_gap = windows.sources.add(
                    source, time, failure
                )
                source_count = vocabulary.sources.get(source, 0)
                source_rarity = total - log2(source_count - own + 0.5)
            extend(
                (
                    rarity if rarity < rarest else rarest,
                    new_words,
                    process_rarity if process_rarity < rarest else rarest,
                    source_rarity if source_rarity < rarest else rarest,
                    source_events,
                    source_failures,
                    source_failures / (source_events + 1.0),
                    process_events,
                    host_events,
                    all_failures,
                    hour_rarity,
                    gap,
                    source_gap,
                )
            )
            times.append(time)

            if update:
                vocabulary.templates[template] = template_count + 1
                vocabulary.processes[process] = process_count + 1
                if source is not None:
                    vocabulary.sources[source] = source_count + 1
                if shape.vocabulary_age != vocabulary.age:
                    for word in shape.words:
                        vocabulary.words[word] = vocabulary.words.get(word, 0) + 1
                    shape.vocabulary_age = vocabulary.age
                if day is None:
                    day = vocabulary.process_hours[process] = [0] * 24
                day[hour] += 1
                vocabulary.total += 1
                is_new = template_count == 0 or source_count == 0 or process_count == 0
                if vocabulary.total >= vocabulary.horizon or (is_new and vocabulary.is_full):
                    vocabulary.fade()
        matrix = np.array(flat, dtype=np.float64).reshape(len(times), _WIDTH)
        matrix[:, _LOG_COLUMNS] = np.log1p(matrix[:, _LOG_COLUMNS])
        return matrix, np.array(times, dtype=np.float64)

    def _time(self, shape: LineShape, line: str, windows: StreamWindows, arrived: float) -> float:
        """Time of a line: its own; without one, that of the line before, or of its arrival."""
        time = None
        if shape.time_kind is not None:
            time = self._times.read(shape.time_kind, line[shape.time[0] : shape.time[1]])
        last = windows.clock
        if time is None:
            return arrived if last is None else last
        if last is not None and 0.0 < last - time < _TOLERATED_DISORDER:
            # Lines of several processes are often written slightly out of order.
            return last
        windows.clock = time
        return time


def _template(shape: LineShape, level: int) -> str:
    return f"{shape.template} !{level}" if shape.variable else shape.template


def _source(shape: LineShape, line: str, process: str, windows: StreamWindows) -> str | None:
    """Address that a line speaks of, or that its session named before."""
    address = shape.address
    pid = shape.pid
    if pid[1]:
        session = f"{line[shape.host[0] : shape.host[1]]} {process} {line[pid[0] : pid[1]]}"
        if not address[1]:
            return windows.sessions.get(session)
        source = line[address[0] : address[1]]
        windows.remember_session(session, source)
        return source
    return line[address[0] : address[1]] if address[1] else None
