"""Which models are interchangeable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pipelines import document, graph

PATH = Path("/var/log/auth.log")


def test_steps_follow_the_flow_whatever_the_order_in_the_document() -> None:
    spec = document(PATH)
    spec["spec"]["nodes"].reverse()
    built = graph(spec)
    assert [step.node.id for step in built.steps] == ["features", "scale", "model", "deploy"]
    assert built.mode == "stream"


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"contamination": 0.2}, True),
        ({"threshold": 0.7}, True),
        ({"trees": 100}, True),
        ({"trees": 50}, False),
        ({"seed": 1}, False),
    ],
)
def test_only_what_is_learned_decides_about_reuse(change: dict[str, Any], same: bool) -> None:
    first = graph(document(PATH)).fingerprint()
    assert (graph(document(PATH, **change)).fingerprint() == first) is same


def test_another_deployment_keeps_the_model() -> None:
    serve = graph(document(PATH, deploy="api-endpoint"))
    assert serve.fingerprint() == graph(document(PATH)).fingerprint()
