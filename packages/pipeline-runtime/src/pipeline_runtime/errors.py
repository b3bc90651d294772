"""The failures of the runtime.

RuntimeFailure
├── CannotStart    the process cannot begin its work (exit code 3)
├── TryAgain       the machine or the network failed, so that another try may succeed (exit 75)
├── NodeFailure    a node of the graph failed on its input
├── ModelUnusable  a stored model cannot be loaded
└── CannotDo       what was asked for does not fit the state of the models
    └── NoSuchVersion
SpecInvalid        the spec is wrong; carries every problem (exit code 2)
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a spec, in words that say what to do."""

    code: str
    path: tuple[str | int, ...]
    message: str
    hint: str
    node: str | None = None
    parameter: str | None = None
    severity: str = "error"

    def as_json(self) -> dict[str, object]:
        """The fields that have a value, `path` as a list."""
        fields = {key: value for key, value in asdict(self).items() if value is not None}
        return fields | {"path": list(self.path)}


@dataclass
class RuntimeFailure(Exception):
    """Something that a person has to know: what, where, what to do."""

    code: str
    message: str
    hint: str
    node: str | None = field(default=None)

    def __str__(self) -> str:
        where = f' (node "{self.node}")' if self.node else ""
        return f"{self.message}{where} {self.hint}".strip()

    def as_json(self) -> dict[str, object]:
        """The form of the last line on stderr."""
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "hint": self.hint,
                "node": self.node,
            }
        }


class CannotStart(RuntimeFailure):
    """The process cannot begin its work; exit code 3."""


class TryAgain(RuntimeFailure):
    """The machine or the network failed: another try, perhaps elsewhere, may succeed; exit 75."""


class NodeFailure(RuntimeFailure):
    """A node of the graph failed on its input."""


class ModelUnusable(RuntimeFailure):
    """A stored model cannot be loaded, so a new one has to be trained."""


class CannotDo(RuntimeFailure):
    """What was asked for does not fit the state of the models."""


class NoSuchVersion(CannotDo):
    """There is no such version of the model."""


class SpecInvalid(Exception):
    """The spec is wrong; exit code 2."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the spec")
        self.problems = problems
