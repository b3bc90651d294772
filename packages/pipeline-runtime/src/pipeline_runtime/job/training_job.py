"""A training, alone or with trees that several workers have grown."""

from __future__ import annotations

import hashlib
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline_runtime.commands.train import Trained, events_to_train_on
from pipeline_runtime.forest.flat_forest import FlatForest
from pipeline_runtime.forest.share_forest import joined, train_share, trees_of
from pipeline_runtime.graph import Graph
from pipeline_runtime.job.outcome import Kind, Outcome, PartOutcome, Work
from pipeline_runtime.nodes.model.isolation_forest import IsolationForestNode
from pipeline_runtime.ports import Matrix
from pipeline_runtime.storage.model_archive import pack_model


def _whole(work: Work) -> Outcome:
    return _outcome(work, Graph.build(work.spec))


def _share(work: Work) -> PartOutcome:
    graph = Graph.build(work.spec)
    grown: dict[str, npt.NDArray[Any]] = {}
    rows: list[str] = []
    for number, node in enumerate(_forests(graph)):
        node.grow = _Grower(node, work.share.index, work.share.of, number, grown, rows)
    _train(work, graph)
    path = work.scratch / "trees.npz"
    np.savez(path, allow_pickle=False, **grown)
    return PartOutcome({"rows": rows}, {".npz": path})


def _merge(work: Work) -> Outcome:
    graph = Graph.build(work.spec)
    parts = work.parts.all()
    arrays: list[dict[str, npt.NDArray[Any]]] = []
    for part in parts:
        path = work.parts.fetch(part.files[".npz"])
        with np.load(path, allow_pickle=False) as loaded:
            arrays.append({name: loaded[name] for name in loaded.files})
        path.unlink()
    rows: list[str] = []
    for number, node in enumerate(_forests(graph)):
        node.grow = _Joiner(node, number, arrays, rows)
    outcome = _outcome(work, graph, max(part.document["seconds"] for part in parts))
    if any(part.document["rows"] != rows for part in parts):
        # Processors of different makes round differently in the last digit.
        work.log.warning("The rows that the workers have learned from differ in rounding.")
    return outcome


class _Grower:
    """Grows the trees of one worker, and keeps them."""

    def __init__(
        self,
        node: IsolationForestNode,
        index: int,
        of: int,
        number: int,
        grown: dict[str, npt.NDArray[Any]],
        rows: list[str],
    ) -> None:
        self._node, self._index, self._of = node, index, of
        self._number, self._grown, self._rows = number, grown, rows

    def __call__(self, matrix: Matrix) -> FlatForest:
        p = self._node.parameters
        first, last = trees_of(self._index, self._of, p.trees)
        forest = train_share(
            matrix, trees=p.trees, samples=p.samples, seed=p.seed, first=first, last=last
        )
        self._rows.append(_digest(matrix))
        if forest is None:
            # More workers than trees; whatever stands in is not uploaded.
            return _stand_in(self._node, matrix)
        self._grown.update({f"{self._number}_{k}": v for k, v in forest.arrays().items()})
        return forest


def _stand_in(node: IsolationForestNode, matrix: Matrix) -> FlatForest:
    """A single tree, for a worker that has none of its own."""
    p = node.parameters
    forest = train_share(matrix, trees=1, samples=p.samples, seed=p.seed, first=0, last=1)
    if forest is None:
        raise ValueError("one tree is always grown")
    return forest


class _Joiner:
    """The forest of all workers."""

    def __init__(
        self,
        node: IsolationForestNode,
        number: int,
        arrays: list[dict[str, npt.NDArray[Any]]],
        rows: list[str],
    ) -> None:
        self._node, self._number, self._arrays, self._rows = node, number, arrays, rows

    def __call__(self, matrix: Matrix) -> FlatForest:
        self._rows.append(_digest(matrix))
        prefix = f"{self._number}_"
        shares = []
        for arrays in self._arrays:
            mine = {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)}
            if mine:
                shares.append(FlatForest(mine))
        return joined(shares, min(self._node.parameters.samples, len(matrix)))


def _forests(graph: Graph) -> list[IsolationForestNode]:
    return [step.node for step in graph.steps if isinstance(step.node, IsolationForestNode)]


def _digest(matrix: Matrix) -> str:
    return hashlib.sha256(np.ascontiguousarray(matrix).tobytes()).hexdigest()


def _train(work: Work, graph: Graph) -> Trained:
    importlib.import_module("sklearn.ensemble")
    events, malformed = events_to_train_on(graph, work.input, work.files, work.log)
    return Trained.on(graph, events, malformed, work.files)


def _outcome(work: Work, graph: Graph, seconds: float = 0.0) -> Outcome:
    trained = _train(work, graph)
    info = trained.describe(work.version)
    directory: Path = work.scratch / "model"
    trained.write(directory, info)
    archive = work.output / "model.tar.gz"
    pack_model(directory, archive)
    work.log.info("Model trained", node=graph.model.id, events=trained.metrics["events"])
    return Outcome([archive], trained.metrics, info.version, seconds)


TRAINING = Kind(_whole, _share, _merge)
