"""Imports point one way: job, commands, server, engine, graph, nodes, storage, logs, forest."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import pipeline_runtime

ROOT = Path(str(pipeline_runtime.__file__)).parent
#: What the modules of a folder must not import.
FORBIDDEN = {
    "forest": {"nodes", "engine", "server", "commands", "graph", "registry", "storage", "logs"},
    "logs": {"nodes", "engine", "server", "commands", "graph", "registry", "storage", "forest"},
    "storage": {"nodes", "engine", "server", "commands", "graph", "registry", "logs", "forest"},
    "nodes": {"engine", "server", "commands", "graph", "registry", "spec", "host"},
    "exchange": {"nodes", "engine", "server", "commands", "job", "graph", "registry", "host"},
    "engine": {"server", "commands", "job", "host"},
    "server": {"commands", "job", "host"},
    "commands": {"job", "host"},
    "job": {"server", "host"},
}


def imported(path: Path) -> set[str]:
    """Parts of the package that a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    parts = (name.split(".") for name in names)
    return {part[1] for part in parts if part[0] == "pipeline_runtime" and len(part) > 1}


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_no_layer_imports_one_above_it(folder: str) -> None:
    modules = list((ROOT / folder).rglob("*.py"))
    assert modules
    for module in modules:
        assert not imported(module) & FORBIDDEN[folder], module
