"""A model as one file, `model.tar.gz`, with everything in a folder `model`.

What comes from elsewhere is not trusted: only plain files below that folder are taken out, and
nothing that was ever pickled is read (see `model_directory`).
"""

from __future__ import annotations

import os
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath

from pipeline_runtime.errors import ModelUnusable
from pipeline_runtime.storage.atomic import sync_directory

_FOLDER = "model"
#: A model has a dozen files, and far less than this.
_MOST_FILES = 10_000
_MOST_BYTES = 4 << 30


def pack_model(directory: Path, archive: Path) -> None:
    """The directory as one file that appears once it is complete."""
    temporary = archive.with_name(f".{archive.name}.{os.getpid()}.tmp")
    try:
        with tarfile.open(temporary, "w:gz") as file:
            file.add(directory, _FOLDER)
        temporary.replace(archive)
    finally:
        temporary.unlink(missing_ok=True)
    sync_directory(archive.parent)


def unpack_model(archive: Path, directory: Path) -> None:
    """Take a model out of an archive, into a directory that does not exist yet.

    Raises:
        ModelUnusable: it is no archive of a model.
    """
    directory.mkdir(parents=True)
    try:
        with tarfile.open(archive, "r:gz") as file:
            _unpack(file, directory)
    except (tarfile.TarError, EOFError, zlib.error, UnicodeError) as error:
        raise _unusable(f"it cannot be unpacked ({error})") from error
    if not (directory / "MLmodel").is_file():
        raise _unusable(f"it holds no {_FOLDER}/MLmodel")


def _unpack(file: tarfile.TarFile, directory: Path) -> None:
    files = size = 0
    for member in file:
        place = PurePosixPath(member.name)
        parts = place.parts
        if place.is_absolute() or ".." in parts or parts[:1] != (_FOLDER,):
            raise _unusable(f"{member.name!r} does not lie in its folder {_FOLDER!r}")
        if member.isdir():
            continue
        if not member.isfile() or len(parts) < 2:
            raise _unusable(f"{member.name!r} is not a plain file")
        files, size = files + 1, size + member.size
        if files > _MOST_FILES or size > _MOST_BYTES:
            raise _unusable("it is far larger than models are")
        source = file.extractfile(member)
        target = directory.joinpath(*parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        if source is None or target.exists():
            raise _unusable(f"{member.name!r} cannot be taken out, or is there twice")
        with source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy)


def _unusable(why: str) -> ModelUnusable:
    return ModelUnusable(
        "model-unusable", f"The archive of the model cannot be used: {why}.", "Train again."
    )
