"""A model that was trained elsewhere, and is to be used here from the start."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from pipeline_runtime.engine.models import BuiltModel, Models
from pipeline_runtime.errors import CannotStart, ModelUnusable, RuntimeFailure
from pipeline_runtime.exchange.portal import Portal
from pipeline_runtime.exchange.transfer import fetch
from pipeline_runtime.graph import Graph
from pipeline_runtime.json_log import JsonLog, rfc3339
from pipeline_runtime.storage.atomic import write_atomically
from pipeline_runtime.storage.model_archive import unpack_model
from pipeline_runtime.storage.model_directory import ModelInfo, read_info
from pipeline_runtime.storage.version_store import VersionRecord

#: Which models were taken over already: digest of the archive to version.
_TAKEN = "given.json"


class GivenModel:
    """Fetches an archive, and makes it the champion; once per data directory and archive.

    Later starts need no portal, and do not undo what happened to the model since.
    """

    def __init__(self, portal: Portal, digest: str, log: JsonLog) -> None:
        self._portal = portal
        self._digest = digest
        self._log = log

    def bring(self, models: Models, data_dir: Path) -> None:
        """Raises `TryAgain` when the portal stays away, `CannotStart` for a model that is unfit."""
        taken_path = data_dir / "models" / _TAKEN
        taken = _read(taken_path)
        known = taken.get(self._digest)
        if known is not None and models.store.has(known):
            return
        work = data_dir / "tmp"
        work.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="model-", dir=work) as folder:
            archive, directory = Path(folder) / "model.tar.gz", Path(folder) / "model"
            fetch(self._portal, f"artifacts/{self._digest}", self._digest, archive, "the model")
            info = unpack_for(models.graph, archive, directory)
            info = self._take(models, directory, info)
        write_atomically(taken_path, json.dumps({**taken, self._digest: info.version}).encode())
        self._log.info(
            "Model fetched", version=info.version, trainedAt=info.trained_at, digest=self._digest
        )

    def _take(self, models: Models, directory: Path, info: ModelInfo) -> ModelInfo:
        version = models.store.claim(info.version)
        try:
            if version != info.version:
                info = replace(info, version=version)
                write_atomically(directory / "data/info.json", json.dumps(asdict(info)).encode())
            models.store.adopt(directory, version)
            built = models.build(version)
        except BaseException as error:
            models.store.give_back(version)
            if isinstance(error, ModelUnusable):
                raise CannotStart(error.code, error.message, error.hint, error.node) from error
            raise
        models.versions.put_champion(
            _record(models, built), f"Version {version} was handed over by the portal."
        )
        return info


def unpack_for(graph: Graph, archive: Path, directory: Path) -> ModelInfo:
    """Unpack a model of that graph, or of one that learns the same; raises `CannotStart`."""
    try:
        unpack_model(archive, directory)
        info = read_info(directory)
    except ModelUnusable as error:
        shutil.rmtree(directory, ignore_errors=True)
        raise _cannot(error, graph) from error
    if info.fingerprint != graph.fingerprint():
        raise CannotStart(
            "model-mismatch",
            f"The model of {info.trained_at} was trained for nodes or parameters other than those "
            f"of this pipeline (fingerprint {info.fingerprint} instead of {graph.fingerprint()}).",
            "Train a model with the present nodes, or go back to the revision it was trained for.",
            graph.model.id,
        )
    return info


def _cannot(error: RuntimeFailure, graph: Graph) -> CannotStart:
    return CannotStart(error.code, error.message, error.hint, graph.model.id)


def _record(models: Models, built: BuiltModel) -> VersionRecord:
    info = built.info
    return VersionRecord(
        version=info.version,
        fingerprint=models.fingerprint,
        state="champion",
        trained_at=info.trained_at,
        events=info.events,
        threshold=built.runner.graph.model.threshold,
        trigger="start",
        parent=models.info.version if models.info else None,
        promoted_at=rfc3339(time.time()),
    )


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
