"""What follows the stream, handed from one model to the next."""

from __future__ import annotations

from typing import Any

from pipeline_runtime.engine.runner import Runner

Nodes = dict[str, dict[str, Any]]


def save_nodes(runner: Runner) -> Nodes:
    """The live state of all nodes that have one; shares memory with the nodes."""
    states = {step.node.id: step.node.save_live() for step in runner.graph.steps}
    return {node: state for node, state in states.items() if state is not None}


def restore_nodes(runner: Runner, nodes: Nodes) -> None:
    """Give nodes back the live state of this very model."""
    for step in runner.graph.steps:
        if step.node.id in nodes:
            step.node.load_live(nodes[step.node.id])


def carry_nodes(nodes: Nodes, runner: Runner) -> None:
    """Go on with the windows of another model, and keep what this one has learned."""
    for step in runner.graph.steps:
        if step.node.id in nodes:
            step.node.carry_live(nodes[step.node.id])


def carry_over(old: Runner, new: Runner) -> None:
    """As `carry_nodes`, from a model that is in memory."""
    carry_nodes(save_nodes(old), new)
