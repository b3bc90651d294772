"""What the generators of this folder share: merging episodes by time, options, output.

An *episode* is what one actor does: a session of a user, a scan by an attacker. It yields events
with growing times. A *scenario* starts episodes; `merge` interleaves their events the way a server
would log them.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import itertools
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Protocol

NORMAL = "normal"


@dataclass(frozen=True)
class Event:
    """A line to be: seconds from the start, its text by wall-clock time, its label."""

    at: float
    render: Callable[[datetime], str]
    label: str = NORMAL


Episode = Iterator[Event]


class Scenario(Protocol):
    """Starts episodes. All randomness comes from the generator that it was made with."""

    def next_normal(self, at: float, now: datetime) -> tuple[float, Episode]:
        """The next episode of everyday life at or after `at`, and when it starts."""

    def next_attack(self, at: float, now: datetime) -> Episode:
        """An attack that starts at `at`; `now` is its wall-clock time."""


def merge(
    scenario: Scenario, rng: random.Random, start: datetime, attack_share: float, quiet_lines: int
) -> Iterator[Event]:
    """Endless events of a scenario in the order of time.

    Attacks begin after `quiet_lines` lines, and are started so that they make about
    `attack_share` of all lines from then on.
    """
    heap: list[tuple[float, int, Event, Episode]] = []
    order = itertools.count()
    attackers: set[int] = set()

    def push(episode: Episode, number: int | None = None) -> int:
        key = next(order) if number is None else number
        event = next(episode, None)
        if event is not None:
            # Never before what is written already: a log is in the order of time.
            heapq.heappush(heap, (max(event.at, clock), key, event, episode))
        else:
            attackers.discard(key)
        return key

    clock = 0.0
    next_start, upcoming = scenario.next_normal(0.0, start)
    lines = attacks = 0
    pause_until = 0.0
    while True:
        while not heap or heap[0][0] >= next_start:
            push(upcoming)
            next_start, upcoming = scenario.next_normal(
                next_start, start + timedelta(seconds=next_start)
            )
        clock, key, event, episode = heapq.heappop(heap)
        push(episode, key)
        yield replace(event, at=clock)
        lines += 1
        if lines > quiet_lines:
            attacks += event.label != NORMAL
            behind = attacks < attack_share * (lines - quiet_lines)
            if behind and not attackers and clock >= pause_until:
                begin = clock + rng.uniform(5, 120)
                attackers.add(push(scenario.next_attack(begin, start + timedelta(seconds=begin))))
                pause_until = begin + rng.uniform(60, 600)


def parse_arguments(description: str, argv: list[str] | None) -> argparse.Namespace:
    """Options that every generator has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seed", type=int, default=1, help="same seed, same log (default 1)")
    parser.add_argument(
        "--lines",
        type=_at_least(0),
        help="lines to write; with --follow, lines of the past (default 3000; 0 with --follow)",
    )
    parser.add_argument(
        "--start",
        type=_timestamp,
        help="time of the first line, ISO 8601 (default 2026-01-05T06:00:00+00:00); "
        "with --follow the past ends now",
    )
    parser.add_argument(
        "--attack-share", type=_share, default=0.05, help="share of attack lines (default 0.05)"
    )
    parser.add_argument(
        "--quiet-lines",
        type=_at_least(0),
        default=1000,
        help="no attack among the first lines, so that a model can learn (default 1000)",
    )
    parser.add_argument("--output", type=Path, help="file to write (default: standard output)")
    parser.add_argument("--labels", type=Path, help="CSV file: line number, label")
    parser.add_argument(
        "--follow", action="store_true", help="go on in real time until interrupted; appends"
    )
    parser.add_argument(
        "--rate", type=_positive, default=5.0, help="lines a second with --follow (default 5)"
    )
    return parser.parse_args(argv)


def run(
    description: str,
    create: Callable[[random.Random], Scenario],
    argv: list[str] | None = None,
) -> int:
    """Runs a generator as a program; the exit status."""
    options = parse_arguments(description, argv)
    rng = random.Random(options.seed)
    past = options.lines if options.lines is not None else (0 if options.follow else 3000)
    start = options.start or datetime(2026, 1, 5, 6, tzinfo=UTC)
    events = merge(create(rng), rng, start, options.attack_share, options.quiet_lines)
    history = list(itertools.islice(events, past))
    if options.follow and history:
        start = _now() - timedelta(seconds=history[-1].at)
    with ExitStack() as stack:
        mode = "a" if options.follow else "w"
        output: IO[str] = sys.stdout
        first = 1
        if options.output:
            first += _count_lines(options.output) if options.follow else 0
            output = stack.enter_context(_open(options.output, mode))
        labels = None
        if options.labels:
            labels = csv.writer(
                stack.enter_context(_open(options.labels, mode)), lineterminator="\n"
            )
            if first == 1:
                labels.writerow(["line", "label"])
        number = itertools.count(first)

        def write(event: Event, when: datetime) -> None:
            output.write(event.render(when) + "\n")
            if labels:
                labels.writerow([next(number), event.label])

        try:
            for event in history:
                write(event, start + timedelta(seconds=event.at))
            output.flush()
            if options.follow:
                _follow(events, write, output, options.rate, rng)
        except KeyboardInterrupt:
            pass
        except BrokenPipeError:
            # Whoever read has gone; Python would complain once more while closing.
            sys.stdout = None
    return 0


def _follow(
    events: Iterator[Event],
    write: Callable[[Event, datetime], None],
    output: IO[str],
    rate: float,
    rng: random.Random,
) -> None:
    for event in events:
        # Attacks come in bursts, which is much of what makes them visible.
        pause = rng.expovariate(rate) * (1.0 if event.label == NORMAL else 0.2)
        time.sleep(min(pause, 10 / rate))
        write(event, _now())
        output.flush()


def _now() -> datetime:
    return datetime.now(UTC)


def _open(path: Path, mode: str) -> IO[str]:
    # Line buffered, so that labels and lines are there as soon as they are written.
    return path.open(mode, encoding="utf-8", newline="", buffering=1)


def _count_lines(path: Path) -> int:
    if not path.exists():
        return 0
    with path.open("rb") as file:
        return sum(1 for _ in file)


def _timestamp(text: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a time; write it like 2026-01-05T08:00:00+00:00"
        ) from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 0.5:
        raise argparse.ArgumentTypeError("must be between 0 and 0.5")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not value > 0:
        raise argparse.ArgumentTypeError("must be more than 0")
    return value


def _at_least(limit: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        value = int(text)
        if value < limit:
            raise argparse.ArgumentTypeError(f"must be at least {limit}")
        return value

    return parse
