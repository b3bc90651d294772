"""All problems of a spec at once, each with its place and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pipelines import document

from pipeline_runtime.errors import Problem, SpecInvalid
from pipeline_runtime.spec import PipelineSpec, read_spec
from pipeline_runtime.validation import validate

Change = Callable[[dict[str, Any]], object]


def problems_of(change: Change) -> list[Problem]:
    spec = document(Path("/var/log/auth.log"))
    change(spec)
    return validate(spec)


def test_a_right_spec_has_no_problems() -> None:
    assert problems_of(lambda _: None) == []


CASES: list[tuple[str, Change, tuple[str | int, ...], str | None, str]] = [
    (
        "value too small",
        lambda d: d["spec"]["nodes"][3]["parameters"].update(trees=1),
        ("spec", "nodes", 3, "parameters", "trees"),
        "model",
        "schema.too_small",
    ),
    (
        "value missing",
        lambda d: d["spec"]["nodes"][0]["parameters"].pop("path"),
        ("spec", "nodes", 0, "parameters", "path"),
        "logs",
        "schema.required",
    ),
    (
        "unknown parameter",
        lambda d: d["spec"]["nodes"][2]["parameters"].update(metod="robust"),
        ("spec", "nodes", 2, "parameters", "metod"),
        "scale",
        "schema.unrecognized_keys",
    ),
    (
        "unknown node in an edge",
        lambda d: d["spec"]["edges"][0].update(to="featurs.events"),
        ("spec", "edges", 0, "to"),
        None,
        "edge.unknownNode",
    ),
    (
        "port mismatch",
        lambda d: d["spec"]["edges"][1].update({"from": "logs.events"}),
        ("spec", "edges", 1),
        "scale",
        "edge.portMismatch",
    ),
    (
        "open input",
        lambda d: d["spec"]["edges"].pop(3),
        ("spec", "nodes", 4),
        "deploy",
        "node.openInput",
    ),
    (
        "circle",
        lambda d: d["spec"]["edges"][1].update({"from": "scale.features"}),
        ("spec", "nodes", 2),
        "scale",
        "graph.cycle",
    ),
    (
        "two deployments",
        lambda d: d["spec"]["nodes"].append({"id": "second", "type": "api-endpoint"}),
        ("spec", "nodes", 5),
        "second",
        "graph.manyDeployments",
    ),
    (
        "no model",
        lambda d: d["spec"]["nodes"].pop(3),
        ("spec", "nodes"),
        None,
        "graph.missing.model",
    ),
    (
        "name twice",
        lambda d: d["spec"]["nodes"][2].update(id="features"),
        ("spec", "nodes", 2, "id"),
        "features",
        "graph.duplicateId",
    ),
    (
        "wrong version",
        lambda d: d.update(apiVersion="v1"),
        ("apiVersion",),
        None,
        "document.apiVersion",
    ),
]


@pytest.mark.parametrize(("change", "path", "node", "code"), [c[1:] for c in CASES])
def test_each_problem_names_place_and_remedy(
    change: Change, path: tuple[str | int, ...], node: str | None, code: str
) -> None:
    found = [p for p in problems_of(change) if p.code == code]
    assert [p.path for p in found] == [path]
    assert found[0].node == node
    assert found[0].message
    assert found[0].hint


def test_all_problems_are_reported_together() -> None:
    def change(spec: dict[str, Any]) -> None:
        spec["metadata"]["name"] = "No Good Name"
        spec["spec"]["nodes"][1]["parameters"]["windowSeconds"] = "60"
        spec["spec"]["nodes"][3]["parameters"]["contamination"] = 0.9

    found = problems_of(change)
    assert {".".join(map(str, p.path)) for p in found} == {
        "metadata.name",
        "spec.nodes.1.parameters.windowSeconds",
        "spec.nodes.3.parameters.contamination",
    }
    assert {p.parameter for p in found if p.node} == {"windowSeconds", "contamination"}


EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "pipelines"
#: What only the portal can know.
PORTAL_ONLY = ("target.", "compute.", "secret.", "schedule.", "alert.", "environment.", "text.")


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the package stands alone")
@pytest.mark.parametrize("path", sorted(EXAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_examples_are_judged_as_the_portal_judges_them(path: Path) -> None:
    first = path.read_text("utf-8").partition("\n")[0]
    expected = {
        code.strip()
        for code in first.removeprefix("# expect:").split(",")
        if first.startswith("# expect:") and not code.strip().startswith(PORTAL_ONLY)
    }
    try:
        read_spec(path)
        found: set[str] = set()
    except SpecInvalid as error:
        found = {problem.code for problem in error.problems}
    # Of formats, JSON Schema knows the pattern, but not the name.
    plain = {"schema.format" if code.startswith("schema.format.") else code for code in expected}
    assert plain <= found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("value", [None, [], "text", 3])
def test_anything_but_an_object_is_one_problem(value: object) -> None:
    assert [p.code for p in validate(value)] == ["document.type"]


def test_a_wrong_spec_cannot_be_taken_over() -> None:
    with pytest.raises(SpecInvalid) as raised:
        PipelineSpec.from_document({"kind": "Pipeline"})
    assert raised.value.problems


def test_yaml_and_json_are_read(tmp_path: Path) -> None:
    import json

    import yaml

    spec = document(Path("/var/log/auth.log"))
    (tmp_path / "a.json").write_text(json.dumps(spec))
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(spec))
    assert read_spec(tmp_path / "a.json") == read_spec(tmp_path / "a.yaml")
    (tmp_path / "b.json").write_text("{")
    with pytest.raises(SpecInvalid):
        read_spec(tmp_path / "b.json")
