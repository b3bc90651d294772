"""Runs: batch, training from the source, test with and without a sample."""

from __future__ import annotations

import csv
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from pipelines import document
from sshd_log import sshd_log

from pipeline_runtime.cli import main
from pipeline_runtime.validation import validate

LABELLED = list(sshd_log(3000, seed=2, attack_share=0.08))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A log whose last line has no end."""
    path = tmp_path / "auth.log"
    path.write_text("\n".join(line for line, _ in LABELLED))
    return path


def spec(tmp_path: Path, source: Path | dict[str, Any], **model: Any) -> Path:
    """A batch pipeline."""
    value = document(source, deploy="scores-file", **{"contamination": 0.08, **model})
    value["spec"]["nodes"][-1]["parameters"] = {}
    path = tmp_path / "spec.json"
    path.write_text(json.dumps(value))
    return path


def error(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The failure on the last line of stderr."""
    value: dict[str, Any] = json.loads(capsys.readouterr().err.strip().splitlines()[-1])["error"]
    return value


def batch(tmp_path: Path, name: str, *more: object, path: Path) -> int:
    """One run of the pipeline."""
    arguments = ["batch", "--spec", path, "--data-dir", tmp_path / "data", "--output"]
    arguments += [tmp_path / name, "--result", tmp_path / f"{name}.json"]
    arguments += ["--progress", tmp_path / f"{name}.progress.json"]
    return main([str(argument) for argument in [*arguments, *more]])


def rows(path: Path) -> list[dict[str, str]]:
    """The table of scores."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_scores_every_event_with_reasons(tmp_path: Path, source: Path) -> None:
    path = spec(tmp_path, source)
    assert batch(tmp_path, "one", path=path) == 0
    table = rows(tmp_path / "one/scores.csv")
    assert [row["line"] for row in table] == [line for line, _ in LABELLED]
    found = [row["anomaly"] == "true" for row in table]
    assert all(bool(row["reasons"]) == is_found for row, is_found in zip(table, found, strict=True))
    hits = sum(
        1 for is_found, (_, attack) in zip(found, LABELLED, strict=True) if is_found and attack
    )
    attacks = sum(attack for _, attack in LABELLED)
    assert hits / attacks > 0.6
    # Many more among the found ones than among all.
    assert hits / sum(found) > 4 * attacks / len(LABELLED)
    report = json.loads((tmp_path / "one/report.json").read_text())
    assert (report["events"], report["anomalies"]) == (3000, sum(found))
    assert report["model"] | {"trainedAt": ""} == {
        "version": "1",
        "trainedAt": "",
        "events": 1000,
        "trained": True,
    }
    top = [anomaly["score"] for anomaly in report["topAnomalies"]]
    assert top == sorted(top, reverse=True)
    assert len(top) == 50
    assert float(max(table, key=lambda row: float(row["score"]))["score"]) == pytest.approx(top[0])
    result = json.loads((tmp_path / "one.json").read_text())
    assert result["model"] == "1"
    assert result["metrics"]["anomalies"] == sum(found)
    progress = json.loads((tmp_path / "one.progress.json").read_text())
    assert progress["unit"] == "bytes"
    assert progress["done"] <= progress["total"]


def test_a_second_run_uses_the_model_and_gives_the_same_scores(
    tmp_path: Path, source: Path
) -> None:
    path = spec(tmp_path, source)
    assert batch(tmp_path, "one", path=path) == 0
    assert batch(tmp_path, "two", path=path) == 0
    one, two = (tmp_path / name / "scores.csv" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert json.loads((tmp_path / "two/report.json").read_text())["model"]["trained"] is False
    # Other nodes learn something else.
    assert batch(tmp_path, "three", path=spec(tmp_path, source, trees=50)) == 0
    assert json.loads((tmp_path / "three.json").read_text())["model"] == "2"


def test_keeps_the_newest_models(tmp_path: Path, source: Path) -> None:
    for trees in range(50, 56):
        assert batch(tmp_path, f"run-{trees}", path=spec(tmp_path, source, trees=trees)) == 0
    kept = sorted(path.name for path in (tmp_path / "data/models").iterdir())
    assert kept == ["3", "4", "5", "6"]


def test_another_file_takes_the_place_of_the_source(tmp_path: Path, source: Path) -> None:
    path = spec(tmp_path, source)
    assert batch(tmp_path, "one", path=path) == 0
    other = tmp_path / "other.csv"
    other.write_text('a "quoted", line\nanother one\n')
    assert batch(tmp_path, "two", "--input", other, path=path) == 0
    assert [row["line"] for row in rows(tmp_path / "two/scores.csv")] == [
        'a "quoted", line',
        "another one",
    ]


def test_keeps_the_columns_of_a_csv_file(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["id", "text", "score"])
        for number, (line, _) in enumerate(LABELLED):
            writer.writerow([number, line, "given"])
        file.write('"broken\n')
    value = json.loads(spec(tmp_path, path).read_text())
    value["spec"]["nodes"][0] = {
        "id": "logs",
        "type": "csv-file",
        "parameters": {"path": str(path), "delimiter": "semicolon", "textColumn": "text"},
    }
    value["spec"]["nodes"][-1]["parameters"] = {"delimiter": ";"}
    csv_spec = tmp_path / "csv.json"
    csv_spec.write_text(json.dumps(value))
    assert batch(tmp_path, "one", path=csv_spec) == 0
    with (tmp_path / "one/scores.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.reader(file, delimiter=";"))
    assert table[0] == ["id", "text", "score", "score_2", "anomaly", "reasons"]
    assert [row[:3] for row in table[1:]] == [
        [str(number), line, "given"] for number, (line, _) in enumerate(LABELLED)
    ]
    report = json.loads((tmp_path / "one/report.json").read_text())
    assert (report["events"], report["malformed"]) == (len(LABELLED), 1)


def test_leaves_no_half_of_a_file(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spec(tmp_path, source)
    assert batch(tmp_path, "one", path=path) == 0
    capsys.readouterr()
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    assert batch(tmp_path, "two", "--input", empty, path=path) == 3
    assert error(capsys)["code"] == "no-events"
    assert list((tmp_path / "two").iterdir()) == []
    few = tmp_path / "few.log"
    few.write_text("one line\n" * 49)
    assert batch(tmp_path, "three", path=spec(tmp_path, few, seed=3)) == 3
    assert error(capsys) | {"message": "", "hint": ""} == {
        "code": "too-few-events",
        "message": "",
        "hint": "",
        "node": "model",
    }
    assert batch(tmp_path, "four", path=spec(tmp_path, tmp_path / "none.log")) == 3
    assert error(capsys)["code"] == "source-missing"


def test_learns_again_once_there_are_enough_events(tmp_path: Path, source: Path) -> None:
    whole = source.read_text()
    source.write_text(whole[: len(whole) // 6])
    path = spec(tmp_path, source)
    assert batch(tmp_path, "one", path=path) == 0
    source.write_text(whole)
    assert batch(tmp_path, "two", path=path) == 0
    trained = json.loads((tmp_path / "two/report.json").read_text())["model"]
    assert (trained["trained"], trained["events"]) == (True, 1000)


def test_says_whether_it_could_run(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["batch", "--check", "--spec", str(spec(tmp_path, source))]) == 0
    source.unlink()
    assert main(["batch", "--check", "--spec", str(spec(tmp_path, source))]) == 3
    assert error(capsys)["code"] == "source-missing"
    stream = tmp_path / "stream.json"
    stream.write_text(json.dumps(document(source)))
    assert main(["batch", "--check", "--spec", str(stream)]) == 3
    assert error(capsys)["code"] == "wrong-mode"


def test_needs_a_source_that_ends(tmp_path: Path) -> None:
    value = json.loads(spec(tmp_path, {}).read_text())
    (problem,) = validate(value)
    assert (problem.code, problem.node) == ("source.endless", "logs")


def test_trains_from_the_source_for_later_runs(tmp_path: Path, source: Path) -> None:
    path = spec(tmp_path, source)
    arguments = ["train", "--spec", path, "--output", tmp_path / "model"]
    arguments += ["--archive", tmp_path / "model.tar.gz", "--data-dir", tmp_path / "data"]
    arguments += ["--result", tmp_path / "result.json"]
    assert main([str(argument) for argument in arguments]) == 0
    with tarfile.open(tmp_path / "model.tar.gz") as archive:
        assert "model/MLmodel" in archive.getnames()
    assert json.loads((tmp_path / "result.json").read_text())["metrics"]["events"] == 1000
    assert batch(tmp_path, "one", path=path) == 0
    assert json.loads((tmp_path / "one/report.json").read_text())["model"]["trained"] is False


def test_tries_a_pipeline_on_its_own_source(
    tmp_path: Path, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = spec(tmp_path, source)
    arguments = ["test", "--spec", path, "--limit", 2000, "--report", tmp_path / "report.json"]
    arguments += ["--result", tmp_path / "result.json"]
    assert main([str(argument) for argument in arguments]) == 0
    report = json.loads((tmp_path / "report.json").read_text())
    assert (report["events"], report["problems"]) == (2000, [])
    metrics = json.loads((tmp_path / "result.json").read_text())["metrics"]
    assert metrics["anomalies"] == report["anomalies"] > 0
    push = tmp_path / "push.json"
    push.write_text(json.dumps(document({})))
    assert main(["test", "--spec", str(push)]) == 3
    assert error(capsys)["code"] == "source-endless"
