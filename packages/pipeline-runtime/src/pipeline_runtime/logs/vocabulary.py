"""What a stream of lines has said so far: how often each template, process and source occurred."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline_runtime.logs.template import words_of_template

#: A vocabulary remembers about this many events, or 20 times the training events if more.
_SMALLEST_HORIZON = 20_000
#: More different templates, words, sources or processes than this are not remembered: who writes
#: the log must not decide how much memory it takes.
_MOST_ENTRIES = 100_000


class Vocabulary:
    """Counts with a memory that fades: when `horizon` is reached, all counts are halved.

    That bounds the memory, and lets what a log no longer says become rare again.
    """

    def __init__(self) -> None:
        self.templates: dict[str, int] = {}
        self.processes: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.words: dict[str, int] = {}
        #: process -> events by hour of the day
        self.process_hours: dict[str, list[int]] = {}
        self.total = 0
        self.horizon = _SMALLEST_HORIZON
        #: Grows whenever words are forgotten.
        self.age = 0

    def count(
        self, template: str, process: str, source: str | None, words: Iterable[str], hour: int
    ) -> None:
        """Count one training event."""
        self.total += 1
        self.templates[template] = self.templates.get(template, 0) + 1
        self.processes[process] = self.processes.get(process, 0) + 1
        if source is not None:
            self.sources[source] = self.sources.get(source, 0) + 1
        for word in words:
            self.words[word] = self.words.get(word, 0) + 1
        self.process_hours.setdefault(process, [0] * 24)[hour] += 1

    @property
    def is_full(self) -> bool:
        """Whether it is time to fade."""
        return (
            self.total >= self.horizon
            or len(self.templates) > _MOST_ENTRIES
            or len(self.words) > _MOST_ENTRIES
            or len(self.sources) > _MOST_ENTRIES
            or len(self.processes) > _MOST_ENTRIES
        )

    def end_training(self) -> None:
        """Set the horizon by what was counted."""
        self.horizon = max(_SMALLEST_HORIZON, 20 * self.total)

    def fade(self) -> None:
        """Halve all counts, and forget what has become 0."""
        self.templates = _halved(self.templates)
        self.processes = _halved(self.processes)
        self.sources = _halved(self.sources)
        words: dict[str, int] = {}
        for template, count in self.templates.items():
            for word in words_of_template(template):
                words[word] = words.get(word, 0) + count
        self.words = words
        self.process_hours = {
            process: [count // 2 for count in self.process_hours[process]]
            for process in self.processes
            if process in self.process_hours
        }
        self.total //= 2
        self.age += 1

    def as_json(self) -> dict[str, Any]:
        """Everything, for a file."""
        return dict(vars(self))

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> Vocabulary:
        """The vocabulary that `as_json` described."""
        vocabulary = cls()
        for name in vars(vocabulary):
            setattr(vocabulary, name, state[name])
        return vocabulary


def _halved(counts: dict[str, int]) -> dict[str, int]:
    return {key: count // 2 for key, count in counts.items() if count > 1}
