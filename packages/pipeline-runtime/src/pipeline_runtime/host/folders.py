"""Folders and files of a pipeline, readable by the user that its runtime runs as."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

from pipeline_runtime.host.errors import HostError
from pipeline_runtime.host.files import write_json
from pipeline_runtime.host.layout import PipelineLayout


def prepare_folders(pipeline: PipelineLayout, user: str | None) -> None:
    """Create a pipeline's folders; `data` and `run` belong to the runtime's user.

    Raises:
        HostError: `user-locked-out` when that user could not reach them.
    """
    for folder in (pipeline.host.root, pipeline.host.root / "pipelines", pipeline.dir):
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    entry = pwd.getpwnam(user) if user is not None else None
    for folder in (pipeline.data, pipeline.run_dir):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if entry is not None and folder.stat().st_uid != entry.pw_uid:
            _give(folder, entry.pw_uid, entry.pw_gid)
    if entry is not None:
        require_way(pipeline.data, entry)
    if pipeline.api_keys.exists():
        share(pipeline, pipeline.api_keys)


def write_shared(pipeline: PipelineLayout, path: Path, value: object) -> None:
    """Write a JSON file that the runtime may read and nobody else."""
    write_json(path, value)
    share(pipeline, path)


def share(pipeline: PipelineLayout, path: Path) -> None:
    """Let the group of the runtime's user read a file."""
    if pipeline.run_dir.exists():
        os.chown(path, -1, pipeline.run_dir.stat().st_gid)
        path.chmod(0o640)


def require_way(folder: Path, user: pwd.struct_passwd) -> None:
    """Raises `HostError` `user-locked-out` when that user could not reach a folder."""
    groups = set(os.getgrouplist(user.pw_name, user.pw_gid))
    for parent in folder.parents:
        found = parent.stat()
        owner = found.st_uid == user.pw_uid
        bit = 0o100 if owner else 0o010 if found.st_gid in groups else 0o001
        if user.pw_uid != 0 and not found.st_mode & bit:
            raise HostError(
                "user-locked-out",
                f"The user {user.pw_name!r} that pipelines run as cannot enter {parent}.",
                f"Allow it (chmod o+x {parent}), or choose another data folder.",
            )


def _give(folder: Path, uid: int, gid: int) -> None:
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            os.chown(Path(parent) / name, uid, gid, follow_symlinks=False)
        os.chown(parent, uid, gid, follow_symlinks=False)
