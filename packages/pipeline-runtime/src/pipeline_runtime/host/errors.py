"""What the agent can fail with, as a machine-readable answer."""

from __future__ import annotations

from collections.abc import Sequence


class HostError(Exception):
    """A failure that the caller can act on.

    Args:
        code: Stable identifier, for example `port-taken` or `runtime-crashed`.
        message: What happened and where.
        hint: What to do about it.
        node: Id of the node of the pipeline that caused it, when one did.
        log: Last lines of the log that belong to the failure.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        node: str | None = None,
        log: Sequence[str] = (),
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.node = node
        self.log = list(log)

    def to_dict(self) -> dict[str, str | None]:
        """The error as it is printed on stderr, without the log lines."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "node": self.node}
