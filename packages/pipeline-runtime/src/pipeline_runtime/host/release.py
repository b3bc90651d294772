"""`mlpipe host release`: bring a release up beside the running one, switch, stop the old one.

Steps: start the new runtime in standby; wait until it could take over; deactivate the old one
(it keeps answering); activate the new one (it gets the public listener from the old one); write
`active`; stop the old one. `active` alone says who should have the traffic, so an agent that is
killed between any two steps is repaired by the next call for this pipeline.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any

from pipeline_runtime.host import outcome
from pipeline_runtime.host.batch_release import install_batch, is_batch
from pipeline_runtime.host.control import RuntimeControl
from pipeline_runtime.host.converge import ensure_up
from pipeline_runtime.host.document import BATCH, ReleaseDocument
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, read_line, write_json, write_text
from pipeline_runtime.host.folders import prepare_folders, write_shared
from pipeline_runtime.host.layout import HostLayout, PipelineLayout, ReleaseLayout
from pipeline_runtime.host.locks import exclusive
from pipeline_runtime.host.log_tail import log_size
from pipeline_runtime.host.ports import endpoint_url
from pipeline_runtime.host.programs import (
    programs_of,
    prune_releases,
    start_program,
    stop_others,
    stop_program,
)
from pipeline_runtime.host.readiness import wait_ready
from pipeline_runtime.host.secret_files import prune_secrets
from pipeline_runtime.host.supervisor import Supervisor

# After the switch the new release has this long to say that it still is ready.
_CONFIRM_SECONDS = 30.0


def release_pipeline(
    layout: HostLayout, name: str, document: ReleaseDocument, lock_seconds: float
) -> dict[str, Any]:
    """Make a release the one that has the traffic.

    Raises:
        HostError: why it could not be; the release that was active before is active again.
    """
    pipeline = layout.pipeline(name)
    target = pipeline.release(document.release)
    with exclusive(pipeline.lock, lock_seconds):
        prepare_folders(pipeline, document.user)
        supervisor = ensure_up(layout, pipeline)
        if document.mode == BATCH:
            changed, replaced = install_batch(supervisor, target, document)
        else:
            changed, replaced = _Switch(supervisor, pipeline, target, document).run()
    return {
        "pipeline": name,
        "release": target.name,
        "revision": document.revision,
        "endpoint": None if document.mode == BATCH else endpoint_url(document.host, document.port),
        "changed": changed,
        "replaced": replaced,
    }


class _Switch:
    def __init__(
        self,
        supervisor: Supervisor,
        pipeline: PipelineLayout,
        target: ReleaseLayout,
        document: ReleaseDocument,
    ) -> None:
        self._supervisor = supervisor
        self._pipeline = pipeline
        self._target = target
        self._document = document
        self._log_offset = 0
        active = read_line(pipeline.active)
        self._old = pipeline.release(active) if active not in (None, target.name) else None

    def run(self) -> tuple[bool, str | None]:
        """Returns whether anything changed, and which release was replaced."""
        old = self._old.name if self._old else None
        stop_others(self._supervisor, self._pipeline, {self._target.name, old})
        try:
            started = self._start()
            timeout = self._document.ready_timeout_seconds
            wait_ready(self._supervisor, self._target, timeout, self._log_offset)
            self._take_over()
        except BaseException as error:
            self._roll_back(error)
            raise
        outcome.record_success(self._target)
        if self._old is not None:
            stop_program(self._supervisor, self._old)
            outcome.record_replacement(self._old, self._target.name)
        prune_releases(self._pipeline, {self._target.name})
        prune_secrets(self._pipeline, self._document.secrets_version)
        return started or self._old is not None, old

    def _start(self) -> bool:
        """Start the new runtime unless it runs as asked for already."""
        target, wanted = self._target, self._document.to_dict()
        info = programs_of(self._supervisor, self._pipeline).get(target.name)
        present = {**(read_json(target.document) or {}), "spec": read_json(target.spec)}
        same = {**present, "readyTimeoutSeconds": 0} == {**wanted, "readyTimeoutSeconds": 0}
        if same and info is not None and info.state in ("starting", "running"):
            return False
        self._log_offset = log_size(target.log)
        # Before writing: a running release must not be restarted with half of the new files.
        stop_program(self._supervisor, target)
        target.outcome.unlink(missing_ok=True)
        target.dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        write_shared(self._pipeline, target.spec, wanted.pop("spec"))
        write_json(target.document, wanted)
        start_program(self._supervisor, target)
        return True

    def _take_over(self) -> None:
        if self._old is not None:
            self._quiesce(self._old)
        control = RuntimeControl(self._target.control_socket)
        pid = self._pid()
        control.activate()
        write_text(self._pipeline.active, self._target.name + "\n", 0o644)
        wait_ready(self._supervisor, self._target, _CONFIRM_SECONDS, self._log_offset)
        if self._pid() != pid:
            # It crashed before `active` named it, and came back in standby.
            control.activate()

    def _quiesce(self, old: ReleaseLayout) -> None:
        """Stop the old runtime from consuming; one that cannot is stopped altogether."""
        info = programs_of(self._supervisor, self._pipeline).get(old.name)
        if info is None or info.ended:
            return
        try:
            RuntimeControl(old.control_socket).deactivate()
        except HostError:
            # Two consumers on the same data would do more harm than a moment without listener.
            stop_program(self._supervisor, old)

    def _roll_back(self, error: BaseException) -> None:
        """Give the traffic back to the old release and remove the new one."""
        if self._old is not None:
            write_text(self._pipeline.active, self._old.name + "\n", 0o644)
        else:
            self._pipeline.active.unlink(missing_ok=True)
        with contextlib.suppress(HostError):
            if self._old is not None:
                self._restore(self._old)
        with contextlib.suppress(HostError):
            stop_program(self._supervisor, self._target)
        failure = (
            error
            if isinstance(error, HostError)
            else HostError("agent-failed", f"The agent failed: {error or type(error).__name__}")
        )
        outcome.record_failure(self._target, failure)

    def _restore(self, old: ReleaseLayout) -> None:
        if is_batch(old):
            return
        with contextlib.suppress(HostError):
            RuntimeControl(self._target.control_socket).deactivate()
        info = programs_of(self._supervisor, self._pipeline).get(old.name)
        if info is None or info.ended:
            start_program(self._supervisor, old)
        else:
            RuntimeControl(old.control_socket).activate()

    def _pid(self) -> int | None:
        info = programs_of(self._supervisor, self._pipeline).get(self._target.name)
        deadline = time.monotonic() + 1
        while info is not None and info.pid is None and time.monotonic() < deadline:
            time.sleep(0.05)
            info = programs_of(self._supervisor, self._pipeline).get(self._target.name)
        return info.pid if info is not None else None
