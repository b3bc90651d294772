"""The registry and the node catalogue of the portal agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline_runtime import registry, schemas

GENERATED = Path(__file__).resolve().parents[3] / "plugins" / "ml-pipelines-common" / "schema"
COPY = Path(str(schemas.__file__)).parent / "schema"


@pytest.mark.skipif(not GENERATED.is_dir(), reason="the package stands alone")
def test_copies_are_current() -> None:
    generated = {p.relative_to(GENERATED): p.read_bytes() for p in GENERATED.rglob("*.json")}
    copied = {p.relative_to(COPY): p.read_bytes() for p in COPY.rglob("*.json")}
    assert copied == generated, "run scripts/copy_schema.py"


def test_registry_has_exactly_the_types_of_the_catalogue() -> None:
    assert sorted(registry.type_ids()) == sorted(entry["id"] for entry in schemas.catalogue())


@pytest.mark.parametrize("entry", schemas.catalogue(), ids=lambda entry: str(entry["id"]))
def test_category_ports_mode_and_defaults_are_the_same(entry: dict[str, Any]) -> None:
    node_type = registry.find(entry["id"])
    assert node_type is not None
    assert node_type.category == entry["category"]
    for name in ("inputs", "outputs"):
        ports = {port["name"]: port["type"] for port in entry[name]}
        assert {k: str(v) for k, v in getattr(node_type, name).items()} == ports
    assert node_type.defaults() == entry["defaults"]
    assert sorted(node_type.unlearned_parameters) == sorted(entry["unlearned"])
    assert getattr(node_type, "mode", None) == entry.get("mode")


@pytest.mark.parametrize("type_id", registry.type_ids())
def test_parameters_of_the_schema_are_those_of_the_node(type_id: str) -> None:
    node_type = registry.find(type_id)
    assert node_type is not None
    properties: Any = schemas._validator(f"nodes/{type_id}.json").schema
    defaults = node_type.defaults()
    needed = {"bootstrapServers": "kafka:9092", "topic": "logs"}
    given = {name: defaults.get(name, needed.get(name, "/a")) for name in properties["properties"]}
    # Every parameter is known to the node, and every default is valid.
    node_type("node", given)
    assert list(schemas.parameter_errors(type_id, given)) == []


def test_a_type_is_registered_once() -> None:
    node_type = registry.find("normalisation")
    assert node_type is not None
    with pytest.raises(ValueError, match="twice"):
        registry.register(node_type)
