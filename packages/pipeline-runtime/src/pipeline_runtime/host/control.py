"""The control socket of a runtime: is it ready, take the traffic, give it away."""

from __future__ import annotations

import http.client
from pathlib import Path
from typing import Any

from pipeline_runtime.host import unix_http
from pipeline_runtime.host.errors import HostError

_PROBE_SECONDS = 2.0
# Flushing state and offsets may take a while, and a training is finished first.
_SWITCH_SECONDS = 120.0


class RuntimeControl:
    """Talks to one runtime over its control socket."""

    def __init__(self, socket_path: Path) -> None:
        self._socket = socket_path

    def unready_reason(self) -> str | None:
        """None when the runtime could take (or has) the traffic, else why it cannot yet."""
        try:
            answer = unix_http.request(self._socket, "GET", "/readyz", _PROBE_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            return f"its control socket does not answer ({error or type(error).__name__})"
        if answer.status == 200:
            return None
        body = answer.body or {}
        return str(body.get("reason") or body.get("error") or body.get("status") or answer.status)

    def status(self) -> dict[str, Any] | None:
        """The runtime's own `/status`, or None when it does not answer."""
        try:
            answer = unix_http.request(self._socket, "GET", "/status", _PROBE_SECONDS)
        except (OSError, http.client.HTTPException):
            return None
        return answer.body if answer.status == 200 else None

    def activate(self) -> None:
        """Take the public listener and start consuming; no effect when it already does.

        Raises:
            HostError: what the runtime answered, for example `port-taken`.
        """
        self._switch("activate")

    def deactivate(self) -> None:
        """Stop consuming, write offsets and state, keep answering requests.

        Raises:
            HostError: the runtime did not answer or refused.
        """
        self._switch("deactivate")

    def _switch(self, action: str) -> None:
        try:
            answer = unix_http.request(self._socket, "POST", f"/control/{action}", _SWITCH_SECONDS)
        except (OSError, http.client.HTTPException) as error:
            raise HostError(
                f"{action}-failed",
                f"The runtime did not answer the request to {action}: "
                f"{error or type(error).__name__}.",
                "Look at the end of its log.",
            ) from error
        if answer.status >= 300:
            raise _refusal(action, answer)


def _refusal(action: str, answer: unix_http.Response) -> HostError:
    error = (answer.body or {}).get("error")
    if isinstance(error, dict):
        return HostError(
            str(error.get("code") or f"{action}-failed"),
            str(error.get("message") or f"The runtime refused to {action}."),
            _text(error.get("hint")),
            _text(error.get("node")),
        )
    reason = error if isinstance(error, str) else f"HTTP status {answer.status}"
    return HostError(f"{action}-failed", f"The runtime refused to {action}: {reason}")


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
