"""What `mlpipe host release` is asked to run."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pipeline_runtime.host.errors import HostError

# Large documents go on in MLPIPE_RELEASE_1, MLPIPE_RELEASE_2, …, as the kernel takes at most
# 128 KiB for one variable (execve(2), MAX_ARG_STRLEN).
VARIABLE = "MLPIPE_RELEASE"
DEFAULT_READY_SECONDS = 120.0
# The mode of pipelines that are executed by runs.
BATCH = "batch"

T = TypeVar("T")


@dataclass(frozen=True)
class ReleaseDocument:
    """One release, as asked for.

    Attributes:
        release: Name, unique within the pipeline for this content.
        revision: Number of the revision of the pipeline.
        mode: `serve`, `stream`, or `batch`, of which nothing stands.
        spec: The pipeline's spec, unread by the agent but for `compute` and `environment`.
        host: Address to listen on.
        port: TCP port to listen on.
        memory_mib: What the pipeline may use, in MiB; 0 = no limit.
        secrets_version: Which file below `secrets/` the runtime gets, if any.
        ready_timeout_seconds: How long the runtime may take until it could have the traffic.
        user: Unix user to run as; None = the agent's.
        digest: What the caller recognises the content by; reported by `status`.
        command: The runtime's command; None = the runtime that the agent belongs to.
    """

    release: str
    revision: int
    mode: str
    spec: Mapping[str, Any]
    host: str
    port: int
    memory_mib: int
    secrets_version: str | None
    ready_timeout_seconds: float
    user: str | None
    digest: str | None
    command: list[str] | None

    @staticmethod
    def from_environment() -> ReleaseDocument:
        """Read the document from the environment, where no shell or template can touch it.

        Raises:
            HostError: `invalid-release` with the name of the wrong field.
        """
        parts = [os.environ.get(VARIABLE, "")]
        while (part := os.environ.get(f"{VARIABLE}_{len(parts)}")) is not None:
            parts.append(part)
        text = "".join(parts)
        if not text:
            raise HostError("invalid-release", f"The environment variable {VARIABLE} is missing.")
        try:
            value = json.loads(text)
        except ValueError as error:
            raise HostError("invalid-release", f"{VARIABLE} holds no JSON: {error}.") from None
        if not isinstance(value, dict):
            raise HostError("invalid-release", f"{VARIABLE} must hold a JSON object.")
        return ReleaseDocument.from_dict(value)

    @staticmethod
    def from_dict(value: Mapping[str, Any]) -> ReleaseDocument:
        """Check a document's fields.

        Raises:
            HostError: `invalid-release` with the name of the wrong field.
        """
        mode = _required(value, "mode", str)
        if mode not in ("serve", "stream", BATCH):
            raise HostError("invalid-release", f"`mode` is {mode!r}, not serve, stream or batch.")
        # A batch listens nowhere.
        port = 0 if mode == BATCH else _required(value, "port", int)
        if mode != BATCH and not 1 <= port <= 65535:
            raise HostError("invalid-release", f"`port` is {port}, not within 1 and 65535.")
        command = _optional(value, "command", list)
        if command is not None and not (command and all(isinstance(x, str) for x in command)):
            raise HostError("invalid-release", "`command` must be a list of strings.")
        user = _optional(value, "user", str)
        if user is not None:
            check_user(user)
        seconds = value.get("readyTimeoutSeconds")
        return ReleaseDocument(
            release=_required(value, "release", str),
            revision=_required(value, "revision", int),
            mode=mode,
            spec=_required(value, "spec", dict),
            host="" if mode == BATCH else _required(value, "host", str),
            port=port,
            memory_mib=_optional(value, "memoryMiB", int) or 0,
            secrets_version=_optional(value, "secretsVersion", str),
            ready_timeout_seconds=float(seconds)
            if isinstance(seconds, int | float) and seconds > 0
            else DEFAULT_READY_SECONDS,
            user=user,
            digest=_optional(value, "digest", str),
            command=command,
        )

    def to_dict(self) -> dict[str, Any]:
        """What `from_dict` reads."""
        return {
            "release": self.release,
            "revision": self.revision,
            "mode": self.mode,
            "spec": self.spec,
            "host": self.host,
            "port": self.port,
            "memoryMiB": self.memory_mib,
            "secretsVersion": self.secrets_version,
            "readyTimeoutSeconds": self.ready_timeout_seconds,
            "user": self.user,
            "digest": self.digest,
            "command": self.command,
        }


def _required(value: Mapping[str, Any], name: str, kind: type[T]) -> T:
    found = _optional(value, name, kind)
    if found is None:
        raise HostError("invalid-release", f"`{name}` is missing in {VARIABLE}.")
    return found


def _optional(value: Mapping[str, Any], name: str, kind: type[T]) -> T | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, kind) or isinstance(found, bool):
        raise HostError("invalid-release", f"`{name}` in {VARIABLE} must be a {kind.__name__}.")
    return found


def check_user(user: str) -> None:
    """Raises `HostError` for a Unix user that pipelines cannot run as."""
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        raise HostError(
            "user-unknown",
            f"The user {user!r} does not exist on this machine.",
            "Create it, or change `runAsUser` of the local target.",
        ) from None
    if os.geteuid() not in (0, entry.pw_uid):
        raise HostError(
            "user-forbidden",
            f"Only root may run pipelines as {user!r}.",
            "Start the portal as root, or leave out `runAsUser` of the local target.",
        )
