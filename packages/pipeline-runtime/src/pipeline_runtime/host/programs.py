"""Start and stop releases, together with what they leave on disk."""

from __future__ import annotations

import shutil
from collections.abc import Collection

from pipeline_runtime.host.layout import PipelineLayout, ReleaseLayout
from pipeline_runtime.host.processes import end_leftover, process_of, reset_starts
from pipeline_runtime.host.program import STOP_WAIT_SECONDS, write_program
from pipeline_runtime.host.supervisor import ProgramInfo, Supervisor

# Ended releases whose log and outcome stay readable.
_KEPT_RELEASES = 5


def start_program(supervisor: Supervisor, release: ReleaseLayout) -> None:
    """Start a release anew, after ending whatever still runs of it."""
    stop_program(supervisor, release)
    release.control_socket.unlink(missing_ok=True)
    reset_starts(release)
    write_program(release)
    supervisor.add(release)
    supervisor.start(release)


def stop_program(supervisor: Supervisor, release: ReleaseLayout) -> None:
    """Stop a release, take it from supervisord, end leftovers; no effect when nothing runs."""
    supervisor.stop(release, STOP_WAIT_SECONDS + 10)
    # A call to start it that was cut off may take effect between the two.
    while not supervisor.forget(release):
        supervisor.stop(release, STOP_WAIT_SECONDS + 10)
    release.conf.unlink(missing_ok=True)
    end_leftover(release, STOP_WAIT_SECONDS)


def programs_of(supervisor: Supervisor, pipeline: PipelineLayout) -> dict[str, ProgramInfo]:
    """What supervisord knows of a pipeline, by release."""
    found = {}
    for program, info in supervisor.programs().items():
        owner, _, release = program.rpartition("--")
        if owner == pipeline.name:
            found[release] = info
    return found


def stop_others(
    supervisor: Supervisor, pipeline: PipelineLayout, keep: Collection[str | None]
) -> None:
    """Stop every release of a pipeline but those to keep."""
    known = programs_of(supervisor, pipeline)
    names = {*known, *(release.name for release in pipeline.releases())}
    for name in sorted(names - set(keep)):
        release = pipeline.release(name)
        if name in known or release.conf.exists() or process_of(release) is not None:
            stop_program(supervisor, release)


def prune_releases(pipeline: PipelineLayout, keep: Collection[str | None]) -> None:
    """Delete the folders of all but the newest ended releases."""
    ended = [release for release in pipeline.releases() if release.name not in keep]
    for release in ended[:-_KEPT_RELEASES]:
        shutil.rmtree(release.dir, ignore_errors=True)
