"""What a node type is.

A node is built from its id and parameters, which are valid already (see
`validation`). It is light until it is used. The runner calls, in this order:

1. `load` with what `save` returned earlier, or `learn` on the training events;
2. `process` for each batch of the stream, in order: it may change live state;
3. `sample` at any time, also from another thread: it changes nothing.

All three take a value per input port and return a value per output port.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from pipeline_runtime.ports import PortType, Value

Inputs = Mapping[str, Value]
Outputs = dict[str, Value]


@dataclass
class NodeState:
    """What a node has learned, in forms that are safe to read back: JSON and plain arrays."""

    values: dict[str, Any] = field(default_factory=dict)
    arrays: dict[str, npt.NDArray[Any]] = field(default_factory=dict)


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


class Node(ABC):
    """Base of all node types."""

    type_id: ClassVar[str]
    category: ClassVar[str]
    inputs: ClassVar[dict[str, PortType]] = {}
    outputs: ClassVar[dict[str, PortType]] = {}
    #: Frozen dataclass; field names are the catalogue's in snake case.
    Parameters: ClassVar[type[Any]]
    #: Whether `process` leaves state that decides about later events; one without need not see
    #: events whose scores nobody wants.
    follows_stream: ClassVar[bool] = True
    #: Parameters that do not change what is learned.
    unlearned_parameters: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, node_id: str, parameters: Mapping[str, Any] | None = None) -> None:
        self.id = node_id
        given = parameters or {}
        names = {_camel(f.name): f.name for f in fields(self.Parameters)}
        self.parameters: Any = self.Parameters(**{names[key]: given[key] for key in given})

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Parameters that have a default, by the names of the catalogue."""
        if not is_dataclass(cls.Parameters):
            raise TypeError(f"{cls.__name__}.Parameters is not a dataclass")
        result: dict[str, Any] = {}
        for item in fields(cls.Parameters):
            # A missing default is a sentinel of the dataclasses module, never one of these types.
            if item.default is None or isinstance(item.default, int | float | str | tuple):
                value = item.default
                result[_camel(item.name)] = list(value) if isinstance(value, tuple) else value
        return result

    @abstractmethod
    def process(self, inputs: Inputs) -> Outputs:
        """Handle the next batch of the stream."""

    def learn(self, inputs: Inputs) -> Outputs:
        """Learn from the training events, and return what they give."""
        return self.process(inputs)

    def sample(self, inputs: Inputs) -> Outputs:
        """Handle events outside the stream, without any change of state."""
        return self.process(inputs)

    def save(self) -> NodeState:
        """What `learn` found out."""
        return NodeState()

    def load(self, state: NodeState) -> None:  # noqa: B027
        """Take over what `save` returned."""

    def save_live(self) -> dict[str, Any] | None:
        """State that follows the stream (windows, counts), for a restart; JSON."""
        return None

    def load_live(self, state: dict[str, Any]) -> None:  # noqa: B027
        """Take over what `save_live` returned."""

    def carry_live(self, state: dict[str, Any]) -> None:  # noqa: B027
        """Take over what follows the stream from the same node of *another* model.

        `state` is what its `save_live` returned, and stays unchanged; what belongs to the model
        itself is left as it is.
        """


def as_float_array(values: Any) -> npt.NDArray[np.float64]:
    """A float64 array of what JSON or a file held."""
    return np.asarray(values, dtype=np.float64)
