"""What happens next, or why nothing does, in a sentence or two."""

from __future__ import annotations

from pipeline_runtime.engine.continuous.lifecycle import Lifecycle
from pipeline_runtime.engine.continuous.schedule import (
    FEWEST_NEW_EVENTS,
    Situation,
    drift_pause_ends,
    drifted,
    due_at,
)
from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.engine.models import Models
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.storage.run_store import RunRecord
from pipeline_runtime.storage.version_store import VersionRecord

_WHY = {
    "manual": "somebody asked for it",
    "drift": "the data drifted",
    "interval": "its interval was over",
    "schedule": "its schedule was due",
    "repeat": "somebody repeated it",
}


def explain(
    lifecycle: Lifecycle,
    models: Models,
    state: EngineState,
    runs: list[RunRecord],
    challenger: VersionRecord | None,
    compared: dict[str, int] | None,
) -> str:
    """The explanation of `GET /models`; `runs` newest first."""
    if models.info is None:
        events, required = state.learning or (0, models.required)
        return f"The first model is being learned: {events} of {required} events."
    if state.phase in ("standby", "starting"):
        return "This release stands by: the active release looks after the models."
    training = next((run for run in runs if not run.final), None)
    if training is not None:
        why = _WHY.get(training.trigger, training.trigger)
        return (
            f"A training is under way, because {why}. What comes out is compared with "
            f"version {models.info.version} in the shadow before it may take over."
        )
    if challenger is not None and compared is not None:
        return _about_challenger(lifecycle, challenger, compared)
    return " ".join([*_about_the_past(models, runs), _about_the_future(lifecycle)])


def _about_challenger(
    lifecycle: Lifecycle, challenger: VersionRecord, compared: dict[str, int]
) -> str:
    version = challenger.version
    if challenger.gate is not None:
        passed = "passed" if challenger.gate["passed"] else "did not pass"
        return (
            f"Version {version} {passed} the gate and waits for a person to promote or reject it; "
            "no training begins by itself before."
        )
    then = (
        "the gate decides whether it takes over"
        if lifecycle.settings.automatic
        else "the gate judges it, and a person decides"
    )
    return (
        f"Version {version} has scored {compared['events']} of {compared['required']} events "
        f"in the shadow; then {then}."
    )


def _about_the_past(models: Models, runs: list[RunRecord]) -> list[str]:
    """What the latest training led to, where nothing came of it."""
    mine = [r for r in models.versions.all() if r.fingerprint == models.fingerprint]
    newest = mine[0] if mine else None
    last = next((run for run in runs if run.fingerprint == models.fingerprint), None)
    if last is not None and last.state == "failed" and last.failure:
        return [f"The last training failed: {last.failure['message']}"]
    if newest is not None and newest.state == "rejected":
        what = "was taken back" if newest.taken_back else "was rejected"
        return [f"Version {newest.version} {what}: {_sentence(newest.reason or '')}"]
    return []


def _about_the_future(lifecycle: Lifecycle) -> str:
    settings, now = lifecycle.settings, lifecycle.situation
    if not settings.continuous:
        return "This pipeline learns once: the model stays until somebody retrains it."
    at = due_at(now)
    if at is not None and now.now >= at and _too_few(now):
        return (
            f"A training is due, but fewer than {FEWEST_NEW_EVENTS} events have arrived since "
            "the last one."
        )
    if drifted(now):
        if _too_few(now):
            return "The data has drifted; a training begins when new events have arrived."
        return (
            f"The data has drifted ({now.drift:.2f}, threshold {now.drift_threshold:g}); "
            f"the next training begins at {rfc3339(drift_pause_ends(now))}."
        )
    by_drift = f"the drift reaches {now.drift_threshold:g}"
    if not lifecycle.drift.measurable:
        by_drift = ""
    elif now.drift is not None:
        by_drift += f" (now {now.drift:.2f})"
    if at is not None:
        earlier = f", or earlier when {by_drift}" if by_drift else ""
        return f"The next training begins at {rfc3339(at)}{earlier}."
    if by_drift:
        return f"The next training begins when {by_drift}."
    return (
        "No training begins by itself: there is no interval, and none of the features can be "
        "measured for drift."
    )


def _too_few(now: Situation) -> bool:
    return now.new_events is not None and now.new_events < FEWEST_NEW_EVENTS


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
