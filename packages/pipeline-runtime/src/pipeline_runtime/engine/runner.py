"""Sends events through the steps of a graph, and times each node."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline_runtime.errors import NodeFailure
from pipeline_runtime.graph import Graph, Step
from pipeline_runtime.node import Inputs, Node, NodeState, Outputs
from pipeline_runtime.ports import LogEvents, Scores, Value

#: Called with node, number of events and seconds after each batch of a node.
Observer = Callable[[Node, int, float], None]
#: Which method of a node is called.
Method = Callable[[Node], Callable[[Inputs], Outputs]]


@dataclass
class NodeTotals:
    """What a node has done since the process started."""

    batches: int = 0
    events: int = 0
    seconds: float = 0.0


class Runner:
    """Runs a graph. `learn` and `process` belong to one thread; `sample` is free."""

    def __init__(
        self,
        graph: Graph,
        observe: Observer | None = None,
        totals: dict[str, NodeTotals] | None = None,
        *,
        times_learning: bool = False,
    ) -> None:
        self.graph = graph
        self.totals: dict[str, NodeTotals] = totals or {
            node.id: NodeTotals() for node in (graph.source, *(s.node for s in graph.steps))
        }
        self._observe = observe
        # One training takes longer than thousands of batches, and says nothing about them.
        self._times_learning = times_learning
        self._lock = threading.Lock()

    def learn(self, events: LogEvents) -> Scores:
        """Train all nodes on the events, and score the events."""
        return self._run(events, lambda node: node.learn, timed=self._times_learning)

    def process(self, events: LogEvents) -> Scores:
        """Score the next events of the stream."""
        return self._run(events, lambda node: node.process)

    def follow(self, events: LogEvents) -> None:
        """Let the state of the nodes follow the stream over events that somebody else scores."""
        values: dict[tuple[str, str], Value] = {(self.graph.source.id, "events"): events}
        for step in self._following:
            outputs = _outputs_of(step, lambda node: node.process, values)
            for port, value in outputs.items():
                values[(step.node.id, port)] = value

    @cached_property
    def _following(self) -> list[Step]:
        """Steps with state that follows the stream, and those that feed them."""
        needed: set[str] = set()
        found: list[Step] = []
        for step in reversed(self.graph.steps):
            if step.node.follows_stream or step.node.id in needed:
                needed |= {node for node, _ in step.feeds.values()}
                found.insert(0, step)
        return found

    def sample(self, events: LogEvents) -> Scores:
        """Score events on their own."""
        return self._run(events, lambda node: node.sample)

    def save(self) -> dict[str, NodeState]:
        """What the nodes have learned, by id."""
        return {step.node.id: step.node.save() for step in self.graph.steps}

    def load(self, states: dict[str, NodeState]) -> None:
        """Take over what nodes had learned."""
        for step in self.graph.steps:
            step.node.load(states.get(step.node.id, NodeState()))

    def timed(self, node: Node, events: int, seconds: float) -> None:
        """Count the work of a node."""
        with self._lock:
            totals = self.totals[node.id]
            totals.batches += 1
            totals.events += events
            totals.seconds += seconds
        if self._observe:
            self._observe(node, events, seconds)

    def _run(
        self,
        events: LogEvents,
        method: Method,
        *,
        timed: bool = True,
    ) -> Scores:
        values: dict[tuple[str, str], Value] = {(self.graph.source.id, "events"): events}
        result: Value = events
        for step in self.graph.steps:
            node = step.node
            start = time.perf_counter()
            outputs = _outputs_of(step, method, values)
            if timed:
                self.timed(node, len(events), time.perf_counter() - start)
            for port, value in outputs.items():
                values[(node.id, port)] = value
            if node is self.graph.deploy:
                result = outputs["scores"]
        if not isinstance(result, Scores):
            raise TypeError("the deployment node gave no scores")
        return result


def _outputs_of(step: Step, method: Method, values: dict[tuple[str, str], Value]) -> Outputs:
    """What a node makes of the values so far; raises `NodeFailure`."""
    node = step.node
    inputs = {port: values[feed] for port, feed in step.feeds.items()}
    try:
        return method(node)(inputs)
    except Exception as error:
        raise NodeFailure(
            "node-failed",
            f'The node "{node.id}" ({node.type_id}) failed: {error}.',
            "Look at the log around this time; test the pipeline with a sample.",
            node.id,
        ) from error
