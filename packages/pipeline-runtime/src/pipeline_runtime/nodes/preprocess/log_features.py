"""`log-features`: turns lines of common log formats into numbers."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass
from math import log2
from typing import Any, ClassVar

import numpy as np

from pipeline_runtime.logs.columns import ALL_COLUMNS, RATE, positions_of
from pipeline_runtime.logs.extractor import Extractor
from pipeline_runtime.logs.vocabulary import Vocabulary
from pipeline_runtime.logs.windows import StreamWindows
from pipeline_runtime.node import Inputs, Node, NodeState, Outputs
from pipeline_runtime.ports import Features, LogEvents, Matrix, PortType

#: Hours of the day say something only when the training events cover a day.
_DAY = 86_400.0
#: Training events that are turned into rows at once.
_PART = 4096
_RATE_POSITIONS = [i for i, c in enumerate(ALL_COLUMNS) if c in RATE]
_GAP_POSITIONS = [
    i for i, c in enumerate(ALL_COLUMNS) if c.name in ("gap_seconds", "source_gap_seconds")
]


@dataclass(frozen=True)
class LogFeaturesParameters:
    """Parameters of `log-features`."""

    #: Seconds over which rates and failures per source are counted.
    window_seconds: int = 60
    groups: tuple[str, ...] = ("content", "rarity", "rate", "time")
    #: Characters; longer lines are cut.
    max_line_length: int = 8192


class LogFeatures(Node):
    """Content, rarity of the message, rates per source, time.

    The stream is causal: a row depends on the lines before it only. Learning takes two passes,
    so that the first training lines do not look new merely because they came first.
    """

    type_id = "log-features"
    category = "preprocess"
    inputs: ClassVar[dict[str, PortType]] = {"events": PortType.LOG_EVENTS}
    outputs: ClassVar[dict[str, PortType]] = {"features": PortType.FEATURES}
    Parameters = LogFeaturesParameters
    parameters: LogFeaturesParameters

    def __init__(self, node_id: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(node_id, parameters)
        self._positions = positions_of(tuple(self.parameters.groups))
        self._columns = tuple(ALL_COLUMNS[i] for i in self._positions)
        self._all = len(self._positions) == len(ALL_COLUMNS)
        self._extractor = Extractor(self.parameters.max_line_length)
        self._vocabulary = Vocabulary()
        self._windows = StreamWindows(self.parameters.window_seconds)
        self._rarest = 64.0
        self._hours = False
        self._typical: Matrix = np.zeros(len(ALL_COLUMNS))
        # Samples come from other threads; each has its own caches.
        self._samplers = threading.local()

    def learn(self, inputs: Inputs) -> Outputs:
        """Count what the training events say, then make their rows."""
        events = _events(inputs)
        self._vocabulary = Vocabulary()
        self._extractor.count(
            events, self._vocabulary, StreamWindows(self.parameters.window_seconds)
        )
        self._vocabulary.end_training()
        self._windows = StreamWindows(self.parameters.window_seconds)
        self._rarest = log2(2.0 * (self._vocabulary.total + 1))
        # In parts, as a million events as Python numbers would take a gigabyte.
        parts = [
            self._extractor.rows(
                events.slice(start, start + _PART),
                self._vocabulary,
                self._windows,
                update=False,
                already_counted=True,
                rarest=self._rarest,
            )
            for start in range(0, len(events), _PART)
        ]
        matrix = np.concatenate([part[0] for part in parts])
        times = np.concatenate([part[1] for part in parts])
        self._hours = bool(len(times) and times.max() - times.min() >= _DAY)
        if not self._hours:
            matrix[:, [c.name for c in ALL_COLUMNS].index("hour_rarity")] = 0.0
        self._typical = np.median(matrix, axis=0)
        return self._features(events, matrix, times)

    def process(self, inputs: Inputs) -> Outputs:
        """Rows of the next lines of the stream."""
        events = _events(inputs)
        matrix, times = self._extractor.rows(
            events,
            self._vocabulary,
            self._windows,
            update=True,
            rarest=self._rarest,
            hours=self._hours,
        )
        return self._features(events, matrix, times)

    def sample(self, inputs: Inputs) -> Outputs:
        """Rows of lines on their own.

        Rates are counted within each group of lines. Where they are lower than usual, the usual
        value stands in, as a few lines cannot show how busy their system is.
        """
        events = _events(inputs)
        extractor: Extractor | None = getattr(self._samplers, "extractor", None)
        if extractor is None:
            extractor = Extractor(self.parameters.max_line_length)
            self._samplers.extractor = extractor
        parts, start = [], 0
        for size in events.groups or (len(events),):
            parts.append(
                extractor.rows(
                    events.slice(start, start + size),
                    self._vocabulary,
                    StreamWindows(self.parameters.window_seconds),
                    update=False,
                    rarest=self._rarest,
                    hours=self._hours,
                )
            )
            start += size
        matrix = np.concatenate([part[0] for part in parts])
        times = np.concatenate([part[1] for part in parts])
        typical = self._typical
        matrix[:, _RATE_POSITIONS] = np.maximum(
            matrix[:, _RATE_POSITIONS], typical[_RATE_POSITIONS]
        )
        matrix[:, _GAP_POSITIONS] = np.minimum(matrix[:, _GAP_POSITIONS], typical[_GAP_POSITIONS])
        return self._features(events, matrix, times)

    def save(self) -> NodeState:
        """Vocabulary and usual values."""
        return NodeState(
            values={
                "vocabulary": self._vocabulary.as_json(),
                "rarest": self._rarest,
                "hours": self._hours,
                "columns": [column.name for column in ALL_COLUMNS],
            },
            arrays={"typical": self._typical},
        )

    def load(self, state: NodeState) -> None:
        """Take over a vocabulary."""
        if state.values["columns"] != [column.name for column in ALL_COLUMNS]:
            raise ValueError("the model was trained with other features")
        self._vocabulary = Vocabulary.from_json(state.values["vocabulary"])
        self._rarest = state.values["rarest"]
        self._hours = state.values["hours"]
        self._typical = state.arrays["typical"]

    def save_live(self) -> dict[str, Any]:
        """Vocabulary and windows as the stream has left them."""
        return {"vocabulary": self._vocabulary.as_json(), "windows": self._windows.as_json()}

    def load_live(self, state: dict[str, Any]) -> None:
        """Go on where a stream was."""
        self._vocabulary = Vocabulary.from_json(state["vocabulary"])
        self._windows.restore(state["windows"])

    def carry_live(self, state: dict[str, Any]) -> None:
        """The windows of the stream are the same for every model; the vocabulary is not."""
        self._windows.restore(copy.deepcopy(state["windows"]))

    def _features(self, events: LogEvents, matrix: Matrix, times: Matrix) -> Outputs:
        chosen = matrix if self._all else np.ascontiguousarray(matrix[:, self._positions])
        return {"features": Features(events, self._columns, chosen, chosen, times)}


def _events(inputs: Inputs) -> LogEvents:
    events = inputs["events"]
    if not isinstance(events, LogEvents):
        raise TypeError("log-features reads log events")
    return events
