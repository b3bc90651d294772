"""`mlpipe host remove`: stop a pipeline and delete what it left."""

from __future__ import annotations

import shutil
from typing import Any

from pipeline_runtime.host.layout import HostLayout
from pipeline_runtime.host.locks import exclusive
from pipeline_runtime.host.processes import end_leftover
from pipeline_runtime.host.program import STOP_WAIT_SECONDS
from pipeline_runtime.host.programs import stop_others
from pipeline_runtime.host.runs import end_run
from pipeline_runtime.host.supervisor import Supervisor


def remove_pipeline(
    layout: HostLayout, name: str, keep_data: bool, lock_seconds: float
) -> dict[str, Any]:
    """Stop every release of a pipeline and delete its files; no effect when there is none.

    Args:
        layout: The root folder.
        name: The pipeline.
        keep_data: Keep the model, offsets and results for a pipeline of the same name.
        lock_seconds: How long to wait for another agent.
    """
    pipeline = layout.pipeline(name)
    with exclusive(pipeline.lock, lock_seconds):
        existed = pipeline.dir.exists()
        # First, so that `up` does not bring back what is half removed.
        pipeline.active.unlink(missing_ok=True)
        supervisor = Supervisor(layout)
        if supervisor.pid() is not None:
            stop_others(supervisor, pipeline, ())
        for run in pipeline.runs():
            end_run(run)
        for release in pipeline.releases():
            release.conf.unlink(missing_ok=True)
            end_leftover(release, STOP_WAIT_SECONDS)
        if existed:
            for entry in pipeline.dir.iterdir():
                if entry.is_dir():
                    if entry != pipeline.data:
                        shutil.rmtree(entry)
                else:
                    entry.unlink()
            if not keep_data:
                shutil.rmtree(pipeline.dir)
    return {"pipeline": name, "removed": existed, "dataKept": keep_data and existed}
