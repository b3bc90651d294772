"""What became of a release, for whoever asks after the agent has ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, write_json
from pipeline_runtime.host.layout import ReleaseLayout


def record_success(release: ReleaseLayout) -> None:
    """The release has the traffic."""
    _write(release, {"state": "active"})


def record_replacement(release: ReleaseLayout, successor: str) -> None:
    """Another release has taken over."""
    _write(release, {"state": "replaced", "by": successor})


def record_failure(release: ReleaseLayout, error: HostError) -> None:
    """The release never got, or lost, the traffic."""
    _write(release, {"state": "failed", **error.to_dict(), "log": error.log})


def failure_of(release: ReleaseLayout) -> dict[str, Any] | None:
    """The failure's code, message, hint, node and log lines, when the release failed."""
    outcome = read_json(release.outcome)
    return outcome if outcome is not None and outcome.get("state") == "failed" else None


def _write(release: ReleaseLayout, outcome: dict[str, Any]) -> None:
    write_json(release.outcome, {**outcome, "time": datetime.now(UTC).isoformat()}, 0o644)
