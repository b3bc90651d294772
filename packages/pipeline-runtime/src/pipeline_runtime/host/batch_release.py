"""Releases of batch pipelines: installed and checked, but nothing of them stands between runs."""

from __future__ import annotations

import contextlib
import os
import pwd
import subprocess
import sys
from typing import Any

from pipeline_runtime.host import outcome
from pipeline_runtime.host.document import BATCH, ReleaseDocument
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, read_line, write_json, write_text
from pipeline_runtime.host.folders import write_shared
from pipeline_runtime.host.launch import clean_environment, limit_resources
from pipeline_runtime.host.layout import PipelineLayout, ReleaseLayout
from pipeline_runtime.host.log_tail import crash
from pipeline_runtime.host.programs import prune_releases, stop_others
from pipeline_runtime.host.secret_files import prune_secrets
from pipeline_runtime.host.supervisor import Supervisor


def is_batch(release: ReleaseLayout) -> bool:
    """Whether a release is executed by runs, so that no program belongs to it."""
    return (read_json(release.document) or {}).get("mode") == BATCH


def install_batch(
    supervisor: Supervisor, target: ReleaseLayout, document: ReleaseDocument
) -> tuple[bool, str | None]:
    """Make a batch release the active one; says whether anything changed, and what it replaced.

    Raises:
        HostError: what the runtime said; the release that was active before is so still.
    """
    pipeline = target.pipeline
    active = read_line(pipeline.active)
    wanted = document.to_dict()
    present = {**(read_json(target.document) or {}), "spec": read_json(target.spec)}
    same = active == target.name and present == wanted
    target.dir.mkdir(mode=0o711, parents=True, exist_ok=True)
    target.outcome.unlink(missing_ok=True)
    write_shared(pipeline, target.spec, wanted.pop("spec"))
    try:
        _check(target, document)
    except HostError as error:
        outcome.record_failure(target, error)
        raise
    write_json(target.document, wanted)
    write_text(pipeline.active, target.name + "\n", 0o644)
    stop_others(supervisor, pipeline, ())
    _forget_endpoint(pipeline)
    outcome.record_success(target)
    replaced = active if active not in (None, target.name) else None
    if replaced is not None:
        outcome.record_replacement(pipeline.release(replaced), target.name)
    prune_releases(pipeline, {target.name})
    if document.secrets_version is not None:
        with contextlib.suppress(FileNotFoundError):
            prune_secrets(pipeline, document.secrets_version)
    return not same, replaced


def _check(target: ReleaseLayout, document: ReleaseDocument) -> None:
    command = document.command or [sys.executable, "-P", "-m", "pipeline_runtime"]
    identity: dict[str, Any] = {}
    if document.user is not None and os.geteuid() == 0:
        entry = pwd.getpwnam(document.user)
        groups = os.getgrouplist(document.user, entry.pw_gid)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": groups}
    memory_mib = document.memory_mib
    try:
        done = subprocess.run(
            [*command, "batch", "--check", "--spec", str(target.spec)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=document.ready_timeout_seconds,
            check=False,
            cwd=target.pipeline.run_dir,
            env=clean_environment(target.pipeline.data, document.spec),
            # There is one thread, and only system calls are made.
            preexec_fn=lambda: limit_resources(memory_mib),
            **identity,
        )
    except subprocess.TimeoutExpired:
        raise HostError(
            "not-ready",
            f"Release {target.name} was not checked within {document.ready_timeout_seconds:g} s.",
            "Look at the load of the portal's machine, then deploy again.",
        ) from None
    except OSError as error:
        raise HostError(
            "runtime-missing",
            f"The runtime could not be started: {error}.",
            "Look at the installation of the runtime, then deploy again.",
        ) from error
    text = done.stderr.decode("utf-8", "replace")
    target.log.write_text(text, "utf-8")
    if done.returncode != 0:
        raise crash([line for line in text.splitlines() if line.strip()][-20:])


def _forget_endpoint(pipeline: PipelineLayout) -> None:
    """Free the port of a pipeline that had an endpoint before."""
    pipeline.endpoint.unlink(missing_ok=True)
