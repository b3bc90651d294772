"""Models and trainings as the API tells them; the shapes are the portal's `ModelsView`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline_runtime.engine.continuous.explanation import explain
from pipeline_runtime.engine.continuous.lifecycle import Lifecycle
from pipeline_runtime.engine.continuous.schedule import due_at
from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.engine.models import Models
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.storage.run_store import RunRecord, RunStore
from pipeline_runtime.storage.version_store import VersionRecord

_SHOWN_RUNS = 50


def models_view(
    models: Models, runs: RunStore, lifecycle: Lifecycle, state: EngineState
) -> dict[str, Any]:
    """The body of `GET /models`."""
    info = models.info
    records = models.versions.all()
    trainings = runs.all()[:_SHOWN_RUNS]
    training = next((run for run in trainings if not run.final), None)
    waiting = next(
        (r for r in records if r.state == "challenger" and r.fingerprint == models.fingerprint),
        None,
    )
    shadow = lifecycle.shadow
    compared = None
    if waiting is not None:
        scored = len(shadow.compared) if shadow and shadow.version == waiting.version else 0
        if waiting.gate is not None:
            scored = int(waiting.gate["events"])
        required = lifecycle.settings.shadow_events
        compared = {"events": min(scored, required), "required": required}
    situation = lifecycle.situation
    at = due_at(situation) if lifecycle.active and not situation.busy else None
    sentences = explain(lifecycle, models, state, trainings, waiting, compared)
    view = {
        "continuous": lifecycle.settings.continuous,
        "champion": info.version if info else None,
        "challenger": waiting.version if waiting else None,
        "versions": [_version(record, models) for record in records],
        "drift": lifecycle.drift.report(),
        "shadow": compared,
        "training": run_json(training) if training else None,
        "runs": [run_json(run) for run in trainings],
        "nextTrainingAt": rfc3339(at) if at is not None else None,
        "explanation": " ".join(sentence.english() for sentence in sentences),
        "explained": [vars(sentence) for sentence in sentences],
    }
    return _present(view)


def _version(record: VersionRecord, models: Models) -> dict[str, Any]:
    """A version as it stands today; the threshold of the champion follows the parameters."""
    if models.info is not None and record.version == models.info.version:
        record = replace(record, threshold=models.runner.graph.model.threshold)
    return version_json(record, models.fingerprint, files=models.store.has(record.version))


def version_json(record: VersionRecord, fingerprint: str, *, files: bool) -> dict[str, Any]:
    """One version; champions of other graphs are shown as archived. `files`: they are kept."""
    state = record.state
    reason = record.reason
    if record.fingerprint != fingerprint and state in ("champion", "challenger"):
        state = "archived" if record.promoted_at else "rejected"
        reason = "The nodes of the pipeline have changed since."
    window = record.window
    return _present(
        {
            "version": record.version,
            "state": state,
            "trainedAt": record.trained_at,
            "events": record.events,
            "window": {"from": rfc3339(window[0]), "to": rfc3339(window[1])} if window else None,
            "threshold": round(record.threshold, 6),
            "trigger": record.trigger,
            "parent": record.parent,
            "run": record.run,
            "revision": record.revision,
            "psi": None if record.psi is None else round(record.psi, 4),
            "gate": record.gate,
            "promotedAt": record.promoted_at,
            "promotedBy": record.promoted_by,
            "restorable": (files and _restorable(record, fingerprint)) or None,
            "retiredAt": record.retired_at,
            "reason": reason,
        }
    )


def _restorable(record: VersionRecord, fingerprint: str) -> bool:
    """Whether a champion can be rolled back to it."""
    was_champion = record.state == "archived" and record.promoted_at is not None
    return was_champion and record.fingerprint == fingerprint


def run_json(record: RunRecord) -> dict[str, Any]:
    """One training."""
    return _present(
        {
            "id": record.id,
            "trigger": record.trigger,
            "state": record.state,
            "createdAt": record.created_at,
            "startedAt": record.started_at,
            "finishedAt": record.finished_at,
            "progress": record.progress,
            "metrics": record.metrics,
            "model": record.model,
            "failure": record.failure,
        }
    )


def _present(value: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    return {name: item for name, item in value.items() if item is not None}
