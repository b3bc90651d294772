"""Models are plain data, and damage is noticed."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.mlflow_loader import _load_pyfunc
from pipeline_runtime.node import NodeState
from pipeline_runtime.storage.model_directory import ModelInfo, read_info, read_states, write_model
from pipeline_runtime.storage.model_store import ModelStore

STATES = {"info": NodeState({"a": 1}, {"x": np.arange(3.0)}), "spec": NodeState()}


def info(version: str = "1", fingerprint: str = "f") -> ModelInfo:
    return ModelInfo(version, "2024-05-01T10:00:00.000Z", 100, fingerprint)


def write(directory: Path, **changes: Any) -> None:
    write_model(directory, info(**changes), STATES, {"kind": "Pipeline"}, ["a line"])


def test_what_was_written_is_read(tmp_path: Path) -> None:
    write(tmp_path)
    assert read_info(tmp_path) == info()
    states = read_states(tmp_path)
    assert states["info"].values == {"a": 1}
    np.testing.assert_array_equal(states["info"].arrays["x"], [0, 1, 2])
    described = yaml.safe_load((tmp_path / "MLmodel").read_text())
    assert described["flavors"]["python_function"]["loader_module"] == _load_pyfunc.__module__
    for name in ("requirements.txt", "conda.yaml", "python_env.yaml", "input_example.json"):
        assert (tmp_path / name).exists()


def test_an_incomplete_model_is_not_used(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "MLmodel").unlink()
    with pytest.raises(ModelUnusable):
        read_info(tmp_path)


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return (Path.touch, (tmp_path / "executed",))

    write(tmp_path)
    np.savez(tmp_path / "data" / "nodes" / "info.npz", x=np.array([Trap()], dtype=object))
    with pytest.raises(ModelUnusable):
        read_states(tmp_path)
    (tmp_path / "data" / "nodes" / "info.npz").write_bytes(pickle.dumps(Trap()))
    with pytest.raises(ModelUnusable):
        read_states(tmp_path)
    assert not (tmp_path / "executed").exists()


def test_the_newest_usable_model_of_the_graph_is_taken(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    assert store.newest("f") is None
    for fingerprint in ("f", "f", "g"):
        store.write(lambda version, f=fingerprint: info(version, f), STATES, {}, [])  # type: ignore[misc]
    found = store.newest("f")
    assert found
    assert found[0].version == "2"
    (tmp_path / "2" / "data" / "info.json").write_text("{")
    found = store.newest("f")
    assert found
    assert found[0].version == "1"
    for _ in range(6):
        store.write(info, STATES, {}, [])
    assert len(list(tmp_path.iterdir())) == 4
