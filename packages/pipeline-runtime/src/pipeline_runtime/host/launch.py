"""`mlpipe host launch`: becomes the runtime of a release, in a clean environment.

supervisord starts this, once for every (re)start of a release; nobody else should.
"""

from __future__ import annotations

import math
import os
import pwd
import resource
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from pipeline_runtime.host.document import ReleaseDocument
from pipeline_runtime.host.environment import base_environment
from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import read_json, read_line
from pipeline_runtime.host.layout import ReleaseLayout, release_layout_of
from pipeline_runtime.host.processes import record_start

# A spec may not change what code is loaded or where the runtime finds its files.
_RESERVED = ("LD_", "DYLD_", "PYTHON")
_RESERVED_NAMES = ("PATH", "HOME", "TMPDIR", "LANG", "USER", "LOGNAME")


def launch(directory: Path) -> NoReturn:
    """Replace the calling process by the runtime of the release in `directory`.

    Raises:
        HostError: the release cannot be started, for example `secrets-missing`.
    """
    release = release_layout_of(directory)
    found = read_json(release.document)
    spec = read_json(release.spec)
    if found is None or spec is None:
        raise HostError(
            "release-missing",
            f"{release.dir} holds no release.",
            "Deploy the pipeline again.",
        )
    document = ReleaseDocument.from_dict({**found, "spec": spec})
    secrets = _open_secrets(release, document)
    command = [
        *(document.command or [sys.executable, "-P", "-m", "pipeline_runtime"]),
        *runtime_arguments(release, document, secrets),
    ]
    environment = clean_environment(release.pipeline.data, document.spec)
    record_start(release)
    limit_resources(document.memory_mib)
    if document.user is not None:
        _become(document.user)
    # The relative paths of the sockets stay below the kernel's limit of 107 bytes.
    os.chdir(release.pipeline.run_dir)
    os.umask(0o077)
    sys.stdout.flush()
    os.execvpe(command[0], command, environment)  # noqa: S606


def runtime_arguments(
    release: ReleaseLayout, document: ReleaseDocument, secrets: int | None
) -> list[str]:
    """The runtime's arguments; standby unless the release is the active one."""
    pipeline = release.pipeline
    arguments = [
        document.mode,
        *("--spec", str(release.spec)),
        *("--data-dir", str(pipeline.data)),
        *("--host", document.host),
        *("--port", str(document.port)),
        *("--control-socket", release.control_socket.name),
        *("--listener-socket", pipeline.listener_socket(document.port).name),
        *("--release", release.name),
        *("--revision", str(document.revision)),
        *("--api-keys", str(pipeline.api_keys)),
    ]
    if secrets is not None:
        arguments += ["--secrets-fd", str(secrets)]
    if read_line(pipeline.active) != release.name:
        arguments.append("--standby")
    return arguments


def clean_environment(home: Path, spec: Mapping[str, Any]) -> dict[str, str]:
    """What a runtime sees: nothing of the portal's but network, clock and GPUs."""
    body = spec.get("spec")
    body = body if isinstance(body, dict) else {}
    compute = body.get("compute")
    cpu = compute.get("cpu") if isinstance(compute, dict) else None
    threads = str(max(1, math.ceil(cpu))) if isinstance(cpu, int | float) else None
    base = base_environment(home)
    environment = {}
    if threads is not None:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            environment[name] = threads
        environment["LOKY_MAX_CPU_COUNT"] = threads
    entries = body.get("environment")
    for entry in entries if isinstance(entries, list) else []:
        name, value = entry.get("name"), entry.get("value")
        allowed = isinstance(name, str) and not (
            name.startswith(_RESERVED) or name in _RESERVED_NAMES
        )
        if allowed and isinstance(value, str) and "=" not in name and "\0" not in name + value:
            environment[name] = value
    return {**base, **environment}


def _open_secrets(release: ReleaseLayout, document: ReleaseDocument) -> int | None:
    if document.secrets_version is None:
        return None
    path = release.pipeline.secrets(document.secrets_version)
    try:
        handle = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        raise HostError(
            "secrets-missing",
            f"The secrets {document.secrets_version!r} of the pipeline are not on this machine.",
            "Deploy the pipeline again, so that the portal hands them over.",
        ) from None
    os.set_inheritable(handle, True)
    return handle


def limit_resources(memory_mib: int) -> None:
    """Bound what the calling process may use; 0 = no limit of memory."""
    # A core dump would put secrets on the disk.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if memory_mib > 0:
        # Address space, not memory: libraries and threads reserve far more than they touch, so
        # this stops a runaway process, and no healthy one.
        size = (memory_mib * 4 + 4096) * 1024 * 1024
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        size = size if most == resource.RLIM_INFINITY else min(size, most)
        resource.setrlimit(resource.RLIMIT_AS, (size, most))


def _become(user: str) -> None:
    entry = pwd.getpwnam(user)
    if os.geteuid() == 0:
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
