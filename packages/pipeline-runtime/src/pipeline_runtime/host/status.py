"""`mlpipe host status`: what is active and what really runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from pipeline_runtime.host.batch_release import is_batch
from pipeline_runtime.host.control import RuntimeControl
from pipeline_runtime.host.files import read_json, read_line
from pipeline_runtime.host.layout import HostLayout, PipelineLayout, ReleaseLayout
from pipeline_runtime.host.log_tail import last_error, last_lines
from pipeline_runtime.host.outcome import failure_of
from pipeline_runtime.host.processes import starts_of, usage_of
from pipeline_runtime.host.supervisor import ProgramInfo, Supervisor


def host_status(layout: HostLayout, name: str | None) -> dict[str, Any]:
    """The state of supervisord and of one or all pipelines; changes nothing."""
    supervisor = Supervisor(layout)
    pid = supervisor.pid()
    programs = supervisor.programs() if pid is not None else {}
    wanted = [layout.pipeline(name)] if name is not None else layout.pipelines()
    return {
        "supervisor": {"running": pid is not None, "pid": pid},
        "pipelines": [_pipeline(found, programs) for found in wanted if found.dir.is_dir()],
    }


def _pipeline(pipeline: PipelineLayout, programs: dict[str, ProgramInfo]) -> dict[str, Any]:
    endpoint = read_json(pipeline.endpoint) or {}
    active = read_line(pipeline.active)
    return {
        "pipeline": pipeline.name,
        "active": active,
        "endpoint": endpoint.get("endpoint"),
        "releases": [
            _release(release, programs.get(release.program), release.name == active)
            for release in pipeline.releases()
        ],
    }


def _release(release: ReleaseLayout, info: ProgramInfo | None, active: bool) -> dict[str, Any]:
    document = read_json(release.document) or {}
    failure = failure_of(release)
    restarts = max(0, starts_of(release) - 1)
    alive = info is not None and not info.ended
    usage = usage_of(info.pid) if info is not None and info.pid is not None else None
    runtime = None
    if alive and info is not None and info.state in ("starting", "running"):
        runtime = RuntimeControl(release.control_socket).status()
    error = None
    if failure is not None:
        error = failure.get("message")
    elif info is not None and (info.state in ("backoff", "fatal", "exited") or restarts > 0):
        error = last_error(last_lines(release.log))
    state = info.state if info is not None else ("fatal" if failure is not None else "stopped")
    if active and is_batch(release):
        # Runs execute it; nothing stands between them.
        state = "ready"
    return {
        "release": release.name,
        "revision": document.get("revision"),
        "digest": document.get("digest"),
        "state": state,
        "pid": info.pid if info is not None else None,
        "restarts": restarts,
        "startedAt": _time(info.started_at) if info is not None and alive else None,
        "exitStatus": info.exit_status if info is not None else None,
        "lastError": error,
        "cpuSeconds": usage.cpu_seconds if usage is not None else None,
        "rssBytes": usage.rss_bytes if usage is not None else None,
        "failure": failure,
        "runtime": runtime,
    }


def _time(seconds: int | None) -> str | None:
    return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds is not None else None
