"""Wait for a runtime, and say why it does not get ready."""

from __future__ import annotations

import time

from pipeline_runtime.host.control import RuntimeControl
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.layout import ReleaseLayout
from pipeline_runtime.host.log_tail import crash, last_lines, stated_error
from pipeline_runtime.host.processes import starts_of
from pipeline_runtime.host.supervisor import Supervisor

# A crash at start may be bad luck (a lock, a slow disk); two are a cause.
_MAX_CRASHES = 2


def wait_ready(
    supervisor: Supervisor, release: ReleaseLayout, timeout_seconds: float, log_offset: int
) -> None:
    """Wait until the runtime could have (or has) the traffic.

    Args:
        supervisor: Runs the release.
        release: The release to wait for.
        timeout_seconds: How long it may take.
        log_offset: Where in its log this start begins.

    Raises:
        HostError: what the runtime said, `runtime-crashed`, or `not-ready` after the timeout.
    """
    control = RuntimeControl(release.control_socket)
    deadline = time.monotonic() + timeout_seconds
    starts_before = max(1, starts_of(release))
    while True:
        info = supervisor.programs().get(release.program)
        if info is None:
            raise HostError(
                "supervisor-unavailable",
                f"supervisord lost release {release.name}.",
                "Deploy it again.",
            )
        reason: str | None = "it is being started again"
        if info.state in ("starting", "running"):
            reason = control.unready_reason()
            if reason is None:
                return
        lines = last_lines(release.log, log_offset)
        if info.state in ("fatal", "exited"):
            raise crash(lines)
        # Its own words are final: the spec is wrong, or what it needs is not there.
        stated = stated_error(lines) if info.state == "backoff" else None
        if stated is not None:
            raise stated
        crashes = starts_of(release) - starts_before
        if crashes >= _MAX_CRASHES:
            raise crash(lines)
        if time.monotonic() >= deadline:
            if crashes > 0 or info.state == "backoff":
                raise crash(lines)
            raise HostError(
                "not-ready",
                f"Release {release.name} was not ready within {timeout_seconds:g} s: {reason}.",
                "Read the last lines of its log; give it more time if it is still loading.",
                log=lines,
            )
        time.sleep(0.1)
