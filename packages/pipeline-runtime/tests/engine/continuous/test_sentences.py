"""Sentences about the models of a pipeline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline_runtime.engine.continuous.sentences import CODES, say

CONTRACT = Path(__file__).parents[5] / "plugins/ml-pipelines-common/src/api/models.ts"


def test_the_portal_knows_every_sentence() -> None:
    source = CONTRACT.read_text()
    codes = source[source.index("MODELS_EXPLANATION_CODES = [") :].split("]")[0]
    assert set(re.findall(r"'([a-z-]+)'", codes)) == CODES


def test_sentences_have_their_values_in_them() -> None:
    drifted = say("drifted", psi=0.30001, threshold=0.25, at="2026-01-01T00:00:00Z")
    assert drifted.english() == (
        "The data has drifted (0.30, threshold 0.25); "
        "the next training begins at 2026-01-01T00:00:00Z."
    )
    assert "because the data drifted" in say("training", trigger="drift", version="2").english()
    assert "because of-old" in say("training", trigger="of-old", version="2").english()
    with pytest.raises(KeyError):
        say("unheard")
    with pytest.raises(KeyError):
        say("learning").english()
