"""What `mlpipe host run start` is asked to run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipeline_runtime.host.document import check_user
from pipeline_runtime.host.errors import HostError

KINDS = ("batch", "training", "test")


@dataclass(frozen=True)
class RunDocument:
    """One run, as asked for.

    Attributes:
        kind: `batch`, `training` or `test`.
        revision: Number of the revision; 0 for a document that was not saved.
        mode: `serve`, `stream` or `batch`.
        spec: The pipeline's spec, unread by the agent but for `compute` and `environment`.
        memory_mib: What the run may use, in MiB; 0 = no limit.
        user: Unix user to run as; None = the agent's.
        command: The runtime's command; None = the runtime that the agent belongs to.
        input: A file that takes the place of the source's; copied before the start returns.
        environment: Secret variables; never written to the disk.
    """

    kind: str
    revision: int
    mode: str
    spec: Mapping[str, Any]
    memory_mib: int
    user: str | None
    command: list[str] | None
    input: Path | None
    environment: Mapping[str, str]

    @staticmethod
    def read(stream: IO[str]) -> RunDocument:
        """Read the document as JSON, from stdin where no other process can see its secrets.

        Raises:
            HostError: `invalid-run` with the name of the wrong field.
        """
        try:
            value = json.load(stream)
        except ValueError:
            # Without the cause: it could quote a secret.
            raise HostError("invalid-run", "The run on stdin is no JSON.") from None
        if not isinstance(value, dict):
            raise HostError("invalid-run", "The run on stdin must be a JSON object.")
        return RunDocument.from_dict(value)

    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> RunDocument:
        """Check a document's fields.

        Raises:
            HostError: `invalid-run` with the name of the wrong field.
        """

        def field(name: str, kind: type, *, optional: bool = False) -> Any:
            found = value.get(name)
            if found is None and optional:
                return None
            if not isinstance(found, kind) or isinstance(found, bool):
                raise HostError("invalid-run", f"`{name}` must be a {kind.__name__}.")
            return found

        if field("kind", str) not in KINDS:
            raise HostError("invalid-run", f"`kind` is {value['kind']!r}, not one of {KINDS}.")
        environment = field("environment", dict, optional=True) or {}
        if not all(isinstance(text, str) for text in environment.values()):
            raise HostError("invalid-run", "`environment` must hold texts only.")
        command = field("command", list, optional=True)
        if command is not None and not (command and all(isinstance(x, str) for x in command)):
            raise HostError("invalid-run", "`command` must be a list of strings.")
        user = field("user", str, optional=True)
        if user is not None:
            check_user(user)
        given = field("input", str, optional=True)
        return RunDocument(
            kind=value["kind"],
            revision=field("revision", int),
            mode=field("mode", str),
            spec=field("spec", dict),
            memory_mib=field("memoryMiB", int, optional=True) or 0,
            user=user,
            command=command,
            input=None if given is None else Path(given),
            environment=environment,
        )

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` reads, without spec and secrets."""
        return {
            "kind": self.kind,
            "revision": self.revision,
            "mode": self.mode,
            "memoryMiB": self.memory_mib,
            "user": self.user,
            "command": self.command,
            "input": None if self.input is None else self.input.name,
        }
