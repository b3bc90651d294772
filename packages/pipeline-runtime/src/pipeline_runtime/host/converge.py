"""Bring what runs in line with which releases are active."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipeline_runtime.host.batch_release import is_batch
from pipeline_runtime.host.control import RuntimeControl
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_line
from pipeline_runtime.host.layout import HostLayout, PipelineLayout
from pipeline_runtime.host.locks import exclusive
from pipeline_runtime.host.programs import programs_of, start_program, stop_others
from pipeline_runtime.host.supervisor import Supervisor


def converge_pipeline(supervisor: Supervisor, pipeline: PipelineLayout) -> bool:
    """Run the active release and nothing else; says whether it had to be started.

    The caller holds the pipeline's lock.
    """
    active = read_line(pipeline.active)
    stop_others(supervisor, pipeline, {active})
    if active is None:
        return False
    release = pipeline.release(active)
    if is_batch(release):
        return False
    info = programs_of(supervisor, pipeline).get(active)
    if info is None or info.ended:
        start_program(supervisor, release)
        return True
    control = RuntimeControl(release.control_socket)
    if control.unready_reason() is None:
        # A killed agent may have left it deactivated in the middle of a switch.
        control.activate()
    return False


def converge_all(
    supervisor: Supervisor, pipelines: Iterable[PipelineLayout]
) -> list[dict[str, Any]]:
    """Converge many pipelines; one that fails or is worked on does not hold up the others."""
    results: list[dict[str, Any]] = []
    for pipeline in pipelines:
        result: dict[str, Any] = {"pipeline": pipeline.name, "started": False, "error": None}
        try:
            with exclusive(pipeline.lock, 0):
                result["started"] = converge_pipeline(supervisor, pipeline)
        except HostError as error:
            result["error"] = error.to_dict()
        result["active"] = read_line(pipeline.active)
        results.append(result)
    return results


def ensure_up(layout: HostLayout, busy: PipelineLayout | None = None) -> Supervisor:
    """A running supervisord; when it was down, active releases come back with it.

    Args:
        layout: The root folder.
        busy: The pipeline that the caller has locked and looks after itself.
    """
    supervisor = Supervisor(layout)
    if supervisor.ensure_running():
        converge_all(supervisor, [x for x in layout.pipelines() if x != busy])
    return supervisor
