"""What is said about the models of a pipeline, each sentence with a code for other languages."""

from __future__ import annotations

from dataclasses import dataclass, field

_TEXTS = {
    "learning": "The first model is being learned: {events} of {required} events.",
    "standby": "This release stands by: the active release looks after the models.",
    "training": (
        "A training is under way, because {why}. What comes out is compared with version "
        "{version} in the shadow before it may take over."
    ),
    "shadow-automatic": (
        "Version {version} has scored {events} of {required} events in the shadow; then the gate "
        "decides whether it takes over."
    ),
    "shadow-manual": (
        "Version {version} has scored {events} of {required} events in the shadow; then the gate "
        "judges it, and a person decides."
    ),
    "passed": (
        "Version {version} passed the gate and waits for a person to promote or reject it; "
        "no training begins by itself before."
    ),
    "not-passed": (
        "Version {version} did not pass the gate and waits for a person to promote or reject it; "
        "no training begins by itself before."
    ),
    "failed": "The last training failed: {message}",
    "taken-back": "Version {version} was taken back: {reason}",
    "rejected": "Version {version} was rejected: {reason}",
    "once": "This pipeline learns once: the model stays until somebody retrains it.",
    "due": ("A training is due, but fewer than {events} events have arrived since the last one."),
    "drifted-quiet": "The data has drifted; a training begins when new events have arrived.",
    "drifted": (
        "The data has drifted ({psi:.2f}, threshold {threshold:g}); "
        "the next training begins at {at}."
    ),
    "at": "The next training begins at {at}.",
    "at-or-drift": (
        "The next training begins at {at}, or earlier when the drift reaches {threshold:g}."
    ),
    "at-or-drift-now": (
        "The next training begins at {at}, or earlier when the drift reaches {threshold:g} "
        "(now {psi:.2f})."
    ),
    "on-drift": "The next training begins when the drift reaches {threshold:g}.",
    "on-drift-now": (
        "The next training begins when the drift reaches {threshold:g} (now {psi:.2f})."
    ),
    "never": (
        "No training begins by itself: there is no interval, and none of the features can be "
        "measured for drift."
    ),
}

_WHY = {
    "manual": "somebody asked for it",
    "drift": "the data drifted",
    "interval": "its interval was over",
    "schedule": "its schedule was due",
    "repeat": "somebody repeated it",
}

CODES = frozenset(_TEXTS)


@dataclass(frozen=True)
class Sentence:
    """One sentence, as the API tells it: a code, and the values that it mentions."""

    code: str
    params: dict[str, str | int | float] = field(default_factory=dict)

    def english(self) -> str:
        """The sentence itself."""
        trigger = self.params.get("trigger")
        return _TEXTS[self.code].format(**self.params, why=_WHY.get(str(trigger), trigger))


def say(code: str, **params: str | int | float) -> Sentence:
    """A sentence; the code must be known."""
    if code not in CODES:
        raise KeyError(code)
    return Sentence(code, params)
