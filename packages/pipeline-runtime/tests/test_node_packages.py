"""Node types that other packages bring by entry points."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NODE = """
from dataclasses import dataclass
from typing import ClassVar
from pipeline_runtime.node import Inputs, Node, Outputs
from pipeline_runtime.ports import PortType

@dataclass(frozen=True)
class ShoutParameters:
    marks: int = 1

class Shout(Node):
    type_id = "{type_id}"
    category = "preprocess"
    inputs: ClassVar[dict[str, PortType]] = {{"events": PortType.LOG_EVENTS}}
    outputs: ClassVar[dict[str, PortType]] = {{"events": PortType.LOG_EVENTS}}
    Parameters = ShoutParameters

    def process(self, inputs: Inputs) -> Outputs:
        return dict(inputs)
"""
SCHEMA = {
    "type": "object",
    "properties": {"marks": {"type": "integer", "minimum": 0, "default": 1}},
    "additionalProperties": False,
}


def install(
    folder: Path,
    name: str = "shouting",
    type_id: str = "shout",
    change: dict[str, str | None] | None = None,
) -> None:
    """Lay a package out as an installer would."""
    change = change or {}
    package = folder / name
    package.mkdir(parents=True)
    code = change.get("code") or NODE.format(type_id=change.get("type_id_of_class") or type_id)
    (package / "__init__.py").write_text(code)
    schema = change.get("schema", json.dumps(SCHEMA))
    if schema is not None:
        (package / "schema").mkdir()
        (package / "schema" / f"{type_id}.json").write_text(schema)
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    value = change.get("value") or f"{name}:Shout"
    (info / "entry_points.txt").write_text(f"[pipeline_runtime.nodes]\n{type_id} = {value}\n")


def mlpipe(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `mlpipe` with what was installed."""
    return subprocess.run(
        [sys.executable, "-m", "pipeline_runtime", *arguments],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def described(folder: Path) -> dict[str, dict[str, Any]]:
    """What `mlpipe nodes` prints, by id."""
    done = mlpipe(folder, "nodes")
    assert done.returncode == 0, done.stderr
    return {entry["id"]: entry for entry in json.loads(done.stdout)}


def validated(folder: Path, parameters: dict[str, object]) -> tuple[int, dict[str, Any]]:
    """Exit code and answer of `mlpipe validate` for a pipeline that uses the type."""
    nodes = [
        ("source", "http-push", {}),
        ("shout", "shout", parameters),
        ("features", "log-features", {}),
        ("model", "isolation-forest", {}),
        ("deployment", "api-endpoint", {}),
    ]
    flow = ["source.events", "shout.events", "features.events", "model.features"]
    out = ["source.events", "shout.events", "features.features", "model.scores"]
    edges = zip(out, [*flow[1:], "deployment.scores"], strict=True)
    spec = folder / "pipeline.json"
    document = {
        "apiVersion": "mlpipe.io/v1alpha1",
        "kind": "Pipeline",
        "metadata": {"name": "loud", "owner": "group:default/team"},
        "spec": {
            "target": "local",
            "nodes": [{"id": i, "type": t, "parameters": p} for i, t, p in nodes],
            "edges": [{"from": a, "to": b} for a, b in edges],
        },
    }
    spec.write_text(json.dumps(document))
    done = mlpipe(folder, "validate", "--spec", str(spec))
    lines = (done.stdout or done.stderr).strip().splitlines()
    return done.returncode, json.loads(lines[-1])


def test_a_package_adds_a_type_with_its_schema(tmp_path: Path) -> None:
    install(tmp_path)
    assert described(tmp_path)["shout"] == {
        "id": "shout",
        "category": "preprocess",
        "inputs": [{"name": "events", "type": "log-events"}],
        "outputs": [{"name": "events", "type": "log-events"}],
        "parameters": {"marks": 1},
    }
    assert validated(tmp_path, {"marks": 2}) == (
        0,
        {"valid": True, "name": "loud", "problems": []},
    )
    code, answer = validated(tmp_path, {"marks": -1})
    assert code == 2
    assert [(p["code"], p["path"]) for p in answer["problems"]] == [
        ("schema.too_small", ["spec", "nodes", 1, "parameters", "marks"])
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"code": "import not_there"}, "cannot be imported: ModuleNotFoundError"),
        ({"value": "shouting:Whisper"}, "cannot be imported: AttributeError"),
        ({"code": "Shout = dict"}, "is not a subclass of pipeline_runtime.node.Node"),
        ({"type_id_of_class": "whisper"}, 'has the type_id "whisper"'),
        ({"schema": None}, "shouting/schema/shout.json, cannot be read"),
        ({"schema": "[]"}, "it is not an object"),
    ],
)
def test_a_broken_package_is_named_and_stops_only_what_uses_it(
    tmp_path: Path, change: dict[str, str | None], words: str
) -> None:
    install(tmp_path, change=change)
    types = described(tmp_path)
    assert "The package shouting 1.2" in types["shout"]["error"]
    assert words in types["shout"]["error"]
    assert "error" not in types["normalisation"]
    code, answer = validated(tmp_path, {})
    assert code == 3
    assert answer["error"]["code"] == "node-package"
    assert "shouting 1.2" in answer["error"]["message"]
    assert answer["error"]["hint"]


def test_an_id_belongs_to_one_package(tmp_path: Path) -> None:
    install(tmp_path)
    install(tmp_path, name="yelling")
    install(tmp_path, name="scaling", type_id="normalisation")
    types = described(tmp_path)
    assert "by the packages shouting 1.2 and yelling 1.2" in types["shout"]["error"]
    assert "scaling 1.2 offers" in types["normalisation"]["error"]
    assert "which is built in" in types["normalisation"]["error"]
