"""A batch: scores its input, alone or together with other workers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np

from pipeline_runtime.commands.batch import REPORT, SCORES, batch_graph
from pipeline_runtime.commands.batch_model import BatchModel, choose_model, exclusive_store
from pipeline_runtime.commands.batch_scoring import BatchScoring
from pipeline_runtime.commands.batch_tally import (
    Tally,
    metrics_of,
    report_of,
    require_events,
    together,
)
from pipeline_runtime.commands.scores_table import ScoresTable
from pipeline_runtime.engine.given_model import unpack_for
from pipeline_runtime.errors import CannotStart
from pipeline_runtime.graph import Graph
from pipeline_runtime.job.outcome import Kind, Outcome, PartOutcome, Work
from pipeline_runtime.job.states_digest import states_digest
from pipeline_runtime.storage.model_archive import pack_model

_MODEL = "model.tar.gz"


def _whole(work: Work) -> Outcome:
    graph = batch_graph(work.spec, work.input)
    model, archive = _model(work, graph)
    tally = BatchScoring(graph, model, work.files, work.share).write(work.output / SCORES)
    tally.shown = work.named(tally.shown)
    return _outcome(work, tally, archive, 0.0)


def _share(work: Work) -> PartOutcome:
    graph = batch_graph(work.spec, work.input)
    model, archive = _model(work, graph)
    learned = states_digest(model.runner.save())
    scoring = BatchScoring(graph, model, work.files, work.share)
    rows, values = work.scratch / "rows.csv", work.scratch / "values.npy"
    tally = scoring.write(rows)
    tally.shown = work.named(tally.shown)
    np.save(values, np.concatenate([np.zeros(0), *tally.values]), allow_pickle=False)
    files = {".csv": rows, ".npy": values}
    # All have trained the same model; one is enough.
    if archive is not None and work.share.index == 0:
        files[f".{_MODEL}"] = archive
    document = {
        "tally": tally.as_json(),
        "bytes": scoring.source_bytes,
        "model": learned,
    }
    return PartOutcome(document, files)


def _merge(work: Work) -> Outcome:
    graph = batch_graph(work.spec, work.input)
    parts = work.parts.all()
    sizes = sorted({part.document["bytes"] for part in parts if part.document["bytes"]})
    if len(sizes) > 1:
        raise CannotStart(
            "parts-differ",
            f"The workers have read files of different sizes: {sizes} bytes.",
            "Give the run a file that does not change meanwhile, best by uploading it.",
            graph.source.id,
        )
    if len({part.document["model"] for part in parts}) > 1:
        # Processors of different makes round differently in the last digit.
        work.log.warning("The models that the workers have trained differ in rounding.")
    tallies = [Tally(**part.document["tally"]) for part in parts]
    whole = together(tallies)
    require_events(whole, graph.source.id)
    table_path = work.output / SCORES
    with ScoresTable(table_path, str(graph.deploy.parameters.delimiter)) as table:
        table.header(whole.columns or graph.source.columns)
        for number, part in enumerate(parts):
            work.files.progress(number, len(parts), "events", "Putting the parts together")
            rows = work.parts.fetch(part.files[".csv"])
            table.append(rows)
            rows.unlink()
            values = work.parts.fetch(part.files[".npy"])
            whole.values.append(np.load(values, allow_pickle=False))
            values.unlink()
        table.finish()
    archive: Path | None = None
    found = parts[0].files.get(f".{_MODEL}")
    if found is not None:
        archive = work.output / _MODEL
        shutil.move(work.parts.fetch(found), archive)
    return _outcome(work, whole, archive, max(part.document["seconds"] for part in parts))


def _model(work: Work, graph: Graph) -> tuple[BatchModel, Path | None]:
    """The given model, or one that is trained now, with its archive."""
    data_dir = work.scratch / "data"
    with exclusive_store(data_dir) as store:
        if work.model is not None:
            directory = work.scratch / "given"
            info = unpack_for(graph, work.model, directory)
            store.adopt(directory, store.claim(info.version))
        model = choose_model(graph, store, work.files, work.log, work.version)
        if not model.trained:
            return model, None
        archive = work.output / _MODEL
        pack_model(store.directory(model.info.version), archive)
        return model, archive


def _outcome(work: Work, tally: Tally, archive: Path | None, seconds: float) -> Outcome:
    report = report_of(tally)
    path = work.output / REPORT
    path.write_text(json.dumps(report, indent=2), "utf-8")
    files = [work.output / SCORES, path, *([archive] if archive else [])]
    work.log.info("Scored", events=report["events"], anomalies=report["anomalies"])
    return Outcome(files, metrics_of(report), str(report["model"]["version"]), seconds)


BATCH = Kind(_whole, _share, _merge)
