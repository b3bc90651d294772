"""Models on disk, in MLflow's directory format, from JSON and plain arrays only.

Nothing here is ever unpickled: arrays are read with `allow_pickle=False`. With `mlflow` and this
package installed, `mlflow.pyfunc.load_model` reads the same directory.
"""

from __future__ import annotations

import io
import json
import platform
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.node import NodeState
from pipeline_runtime.storage.atomic import sync_directory, write_atomically

_DATA = "data"
_PACKAGES = ("pipeline-runtime", "numpy", "scikit-learn")


@dataclass(frozen=True)
class ModelInfo:
    """What is known about a model."""

    version: str
    #: RFC 3339.
    trained_at: str
    #: Number of training events.
    events: int
    fingerprint: str
    #: Why it is not as good as it could be.
    note: str | None = None


def write_model(
    directory: Path,
    info: ModelInfo,
    states: dict[str, NodeState],
    document: dict[str, Any],
    example: list[str],
    reference: dict[str, Any] | None = None,
) -> None:
    """Write a model; `MLmodel` comes last, so that a directory with it is complete.

    `reference`: bins of the training events, against which drift is measured.
    """
    data = directory / _DATA
    if reference is not None:
        write_atomically(data / "reference.json", json.dumps(reference).encode())
    for node_id, state in states.items():
        write_atomically(data / "nodes" / f"{node_id}.json", json.dumps(state.values).encode())
        if state.arrays:
            buffer = io.BytesIO()
            np.savez(buffer, allow_pickle=False, **state.arrays)
            write_atomically(data / "nodes" / f"{node_id}.npz", buffer.getvalue())
    write_atomically(data / "spec.json", json.dumps(document, indent=2).encode())
    write_atomically(data / "info.json", json.dumps(asdict(info), indent=2).encode())
    requirements = [f"{name}=={version(name)}" for name in _PACKAGES]
    python = platform.python_version()
    write_atomically(directory / "requirements.txt", ("\n".join(requirements) + "\n").encode())
    write_atomically(
        directory / "python_env.yaml",
        yaml.safe_dump({"python": python, "dependencies": ["-r requirements.txt"]}).encode(),
    )
    conda = {
        "name": "mlflow-env",
        "channels": ["conda-forge"],
        "dependencies": [f"python={python}", "pip", {"pip": requirements}],
    }
    write_atomically(directory / "conda.yaml", yaml.safe_dump(conda, sort_keys=False).encode())
    split = {"columns": ["line"], "data": [[line] for line in example]}
    write_atomically(directory / "input_example.json", json.dumps(split).encode())
    write_atomically(
        directory / "MLmodel", yaml.safe_dump(_mlmodel(info), sort_keys=False).encode()
    )
    sync_directory(directory)


def _mlmodel(info: ModelInfo) -> dict[str, Any]:
    return {
        "flavors": {
            "python_function": {
                "loader_module": "pipeline_runtime.mlflow_loader",
                "data": _DATA,
                "python_version": platform.python_version(),
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
            }
        },
        "model_uuid": uuid.uuid4().hex,
        "utc_time_created": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "saved_input_example_info": {
            "artifact_path": "input_example.json",
            "pandas_orient": "split",
            "type": "dataframe",
        },
        "signature": {
            "inputs": json.dumps([{"name": "line", "type": "string", "required": True}]),
            "outputs": json.dumps(
                [
                    {"name": "score", "type": "double", "required": True},
                    {"name": "anomaly", "type": "boolean", "required": True},
                ]
            ),
            "params": None,
        },
        "metadata": {"version": info.version, "events": info.events},
    }


def read_info(directory: Path) -> ModelInfo:
    """What is known about a complete model."""
    if not (directory / "MLmodel").exists():
        raise ModelUnusable("model-incomplete", f"{directory} is not a complete model.", "Retrain.")
    try:
        return ModelInfo(**json.loads((directory / _DATA / "info.json").read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise ModelUnusable(
            "model-unreadable", f"The model {directory} cannot be read: {error}.", "Retrain."
        ) from error


def read_states(directory: Path) -> dict[str, NodeState]:
    """What the nodes had learned, by id."""
    data = directory / _DATA / "nodes"
    states: dict[str, NodeState] = {}
    try:
        for path in data.glob("*.json"):
            arrays: dict[str, Any] = {}
            archive = path.with_suffix(".npz")
            if archive.exists():
                with np.load(archive, allow_pickle=False) as loaded:
                    arrays = {name: loaded[name] for name in loaded.files}
            states[path.stem] = NodeState(json.loads(path.read_text("utf-8")), arrays)
    except (OSError, ValueError, KeyError) as error:
        raise ModelUnusable(
            "model-unreadable", f"The model {directory} cannot be read: {error}.", "Retrain."
        ) from error
    return states


def read_reference(directory: Path) -> dict[str, Any] | None:
    """Bins of the training events; `None` for models that were stored without."""
    try:
        found = json.loads((directory / _DATA / "reference.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
