"""Commands that end by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pipelines import document
from sshd_log import sshd_log

from pipeline_runtime import registry
from pipeline_runtime.cli import main
from pipeline_runtime.mlflow_loader import _load_pyfunc

LINES = [line for line, _ in sshd_log(1500, seed=2, attack_share=0.1)]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Spec and data."""
    spec, data = tmp_path / "spec.json", tmp_path / "data.txt"
    spec.write_text(json.dumps(document(Path("/var/log/auth.log"), contamination=0.05)))
    data.write_text("\n".join(LINES))
    return spec, data


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any, str]:
    """Exit code, what was printed, and the last line of stderr."""
    code = main([str(argument) for argument in arguments])
    output = capsys.readouterr()
    errors = output.err.strip().splitlines()
    printed = json.loads(output.out) if output.out else None
    return code, printed, errors[-1] if errors else ""


def test_nodes_are_those_of_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    code, printed, _ = run(capsys, "nodes")
    assert code == 0
    assert [node["id"] for node in printed] == registry.type_ids()
    forest = next(node for node in printed if node["id"] == "isolation-forest")
    assert forest["parameters"]["trees"] == 100
    assert forest["inputs"] == [{"name": "features", "type": "features"}]


def test_validate(capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]) -> None:
    spec, _ = files
    assert run(capsys, "validate", "--spec", spec)[:2] == (
        0,
        {"valid": True, "name": "ssh-anomalies", "problems": []},
    )
    spec.write_text(json.dumps(document(Path("/var/log/auth.log"), trees=1)))
    code, _, error = run(capsys, "validate", "--spec", spec)
    (problem,) = json.loads(error)["problems"]
    assert code == 2
    assert problem["path"] == ["spec", "nodes", 3, "parameters", "trees"]
    assert (problem["node"], problem["parameter"]) == ("model", "trees")
    code, _, error = run(capsys, "validate", "--spec", spec.with_name("none.json"))
    assert (code, json.loads(error)["error"]["code"]) == (3, "spec-unreadable")


def test_test_reports_what_the_pipeline_would_find(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    spec, data = files
    code, report, _ = run(capsys, "test", "--spec", spec, "--data", data)
    assert code == 0
    assert (report["events"], report["scored"], report["malformed"]) == (1500, 1500, 0)
    assert 0 < report["anomalies"] < 500
    assert [node["id"] for node in report["nodes"]] == ["features", "scale", "model", "deploy"]
    assert all(node["events"] == 1500 for node in report["nodes"])
    assert report["firstAnomalies"][0]["features"][0]["text"]
    assert report["problems"] == []
    _, short, _ = run(capsys, "test", "--spec", spec, "--data", data, "--limit", 200)
    assert (short["events"], short["problems"][0]["code"]) == (200, "sample-small")
    _, tiny, _ = run(capsys, "test", "--spec", spec, "--data", data, "--limit", 10)
    assert (tiny["scored"], tiny["problems"][0]["code"]) == (0, "sample-too-small")


def test_test_scores_as_the_deployment_will(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path]
) -> None:
    spec, data = files
    found = {}
    for deploy in ("api-endpoint", "stream-alerting"):
        content = document(data, deploy=deploy, trainingEvents=100, contamination=0.02)
        content["spec"]["nodes"][1]["parameters"] = {"groups": ["rarity"]}
        spec.write_text(json.dumps(content))
        # A failure that comes again and again becomes usual in a stream only.
        data.write_text("\n".join([*LINES[:100], *["h app: error: disk is full"] * 1000]))
        _, report, _ = run(capsys, "test", "--spec", spec, "--data", data)
        found[deploy] = report["anomalies"]
    assert found["api-endpoint"] >= 1000 > found["stream-alerting"]


def test_train_writes_a_model_that_mlflow_can_load(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path], tmp_path: Path
) -> None:
    spec, data = files
    output = tmp_path / "model"
    code, report, _ = run(capsys, "train", "--spec", spec, "--data", data, "--output", output)
    assert (code, report["events"], report["model"]) == (0, 1500, str(output))
    model = _load_pyfunc(str(output / "data"))
    result = model.predict(LINES[:5])
    assert len(result["score"]) == len(result["anomaly"]) == 5
    assert model.predict(LINES[:5]) == result

    class Frame(dict[str, Any]):
        columns = ("line",)
        index = range(5)

        def __init__(self, values: dict[str, Any], index: object = None) -> None:
            super().__init__(values)

    assert model.predict(Frame({"line": LINES[:5]})) == result


def test_train_needs_events(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path], tmp_path: Path
) -> None:
    spec, data = files
    for content, code_ in (("\n".join(LINES[:49]), "too-few-events"), ("", "no-events")):
        data.write_text(content)
        code, _, error = run(
            capsys, "train", "--spec", spec, "--data", data, "--output", tmp_path / "model"
        )
        assert (code, json.loads(error)["error"]["code"]) == (3, code_)
    assert not (tmp_path / "model").exists()


def test_the_mode_has_to_fit(
    capsys: pytest.CaptureFixture[str], files: tuple[Path, Path], tmp_path: Path
) -> None:
    code, _, error = run(capsys, "serve", "--spec", files[0], "--data-dir", tmp_path / "data")
    assert (code, json.loads(error)["error"]["code"]) == (3, "wrong-mode")


def test_a_sample_is_read_as_the_source_reads_its_own_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    document_ = document({}, trainingEvents=100, trees=10)
    document_["spec"]["nodes"][0] = {
        "id": "logs",
        "type": "csv-file",
        "parameters": {"path": "/not/there.csv", "delimiter": "semicolon", "textColumn": "text"},
    }
    spec, data = tmp_path / "spec.json", tmp_path / "rows.csv"
    spec.write_text(json.dumps(document_))
    data.write_text("id;text\n" + "\n".join(f'{i};"{line}"' for i, line in enumerate(LINES[:200])))
    code, report, _ = run(capsys, "test", "--spec", spec, "--data", data)
    assert (code, report["events"], report["malformed"]) == (0, 200, 0)
    assert all(found["line"] in LINES for found in report["firstAnomalies"])
    code, trained, _ = run(
        capsys, *("train", "--spec", spec, "--data", data, "--output", tmp_path / "model")
    )
    assert (code, trained["events"]) == (0, 200)
