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
from pipeline_runtime.engine.continuous.sentences import Sentence, say
from pipeline_runtime.engine.engine_state import EngineState
from pipeline_runtime.engine.models import Models
from pipeline_runtime.json_log import rfc3339
from pipeline_runtime.storage.run_store import RunRecord
from pipeline_runtime.storage.version_store import VersionRecord


def explain(
    lifecycle: Lifecycle,
    models: Models,
    state: EngineState,
    runs: list[RunRecord],
    challenger: VersionRecord | None,
    compared: dict[str, int] | None,
) -> list[Sentence]:
    """The explanation of `GET /models`; `runs` newest first."""
    if models.info is None:
        events, required = state.learning or (0, models.required)
        return [say("learning", events=events, required=required)]
    if state.phase in ("standby", "starting"):
        return [say("standby")]
    training = next((run for run in runs if not run.final), None)
    if training is not None:
        return [say("training", trigger=training.trigger, version=models.info.version)]
    if challenger is not None and compared is not None:
        return [_about_challenger(lifecycle, challenger, compared)]
    return [*_about_the_past(models, runs), _about_the_future(lifecycle)]


def _about_challenger(
    lifecycle: Lifecycle, challenger: VersionRecord, compared: dict[str, int]
) -> Sentence:
    version = challenger.version
    if challenger.gate is not None and not lifecycle.settings.automatic:
        return say("passed" if challenger.gate["passed"] else "not-passed", version=version)
    return say(
        "shadow-automatic" if lifecycle.settings.automatic else "shadow-manual",
        version=version,
        events=compared["events"],
        required=compared["required"],
    )


def _about_the_past(models: Models, runs: list[RunRecord]) -> list[Sentence]:
    """What the latest training led to, where nothing came of it."""
    mine = [r for r in models.versions.all() if r.fingerprint == models.fingerprint]
    newest = mine[0] if mine else None
    last = next((run for run in runs if run.fingerprint == models.fingerprint), None)
    if last is not None and last.state == "failed" and last.failure:
        return [say("failed", message=last.failure["message"])]
    if newest is not None and newest.state == "rejected":
        what = "taken-back" if newest.taken_back else "rejected"
        return [say(what, version=newest.version, reason=_sentence(newest.reason or ""))]
    return []


def _about_the_future(lifecycle: Lifecycle) -> Sentence:
    settings, now = lifecycle.settings, lifecycle.situation
    if not settings.continuous:
        return say("once")
    at = due_at(now)
    if at is not None and now.now >= at and _too_few(now):
        return say("due", events=FEWEST_NEW_EVENTS)
    threshold = now.drift_threshold
    if drifted(now):
        if _too_few(now):
            return say("drifted-quiet")
        return say(
            "drifted",
            psi=round(now.drift or 0.0, 4),
            threshold=threshold,
            at=rfc3339(drift_pause_ends(now)),
        )
    by_time = {} if at is None else {"at": rfc3339(at)}
    if not lifecycle.drift.measurable:
        return say("at", **by_time) if by_time else say("never")
    code = "at-or-drift" if by_time else "on-drift"
    if now.drift is None:
        return say(code, **by_time, threshold=threshold)
    return say(f"{code}-now", **by_time, threshold=threshold, psi=round(now.drift, 4))


def _too_few(now: Situation) -> bool:
    return now.new_events is not None and now.new_events < FEWEST_NEW_EVENTS


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
