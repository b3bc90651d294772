"""Whole files from and to the portal, whose digests are checked while they pass."""

from __future__ import annotations

import base64
import errno
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipeline_runtime.errors import CannotStart, RuntimeFailure, TryAgain
from pipeline_runtime.exchange.patience import Patience
from pipeline_runtime.exchange.portal import Portal, Transient

_CHUNK = 1_048_576
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
#: Times that a file may arrive with another digest: proxies and disks fail, too.
_MOST_WRONG = 3

#: Called with bytes that have arrived, and bytes in all where that is known.
OnBytes = Callable[[int, int | None], None]


def check_digest(digest: str, option: str) -> str:
    """The digest itself; raises `CannotStart` when it is none."""
    if not _DIGEST.fullmatch(digest):
        raise CannotStart(
            "usage",
            f"{option} is {digest!r}, which is no digest.",
            "Give `sha256:` and 64 hexadecimal digits.",
        )
    return digest


def digest_of(path: Path) -> str:
    """`sha256:…` of a file."""
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def fetch(
    portal: Portal, path: str, digest: str, target: Path, what: str, on_bytes: OnBytes | None = None
) -> None:
    """Fetch a file of that digest; it appears under its name once it is complete.

    What broke off goes on where it was.

    Raises:
        TryAgain: the portal stays away, there is no space, or what comes is another file.
        CannotStart: the portal does not have it, or refuses.
    """
    partial = target.with_name(f".{target.name}.part")
    try:
        with partial.open("wb") as file:
            arrived = _Arrived(file, on_bytes)
            portal.patiently(f"fetch {what}", lambda p: _receive(portal, path, digest, arrived, p))
        partial.replace(target)
    except OSError as error:
        raise no_space(error, f"{what} cannot be stored") from error
    finally:
        partial.unlink(missing_ok=True)


@dataclass
class _Arrived:
    file: IO[bytes]
    on_bytes: OnBytes | None
    size: int = 0
    wrong: int = 0
    hash: Any = field(default_factory=hashlib.sha256)

    def begin_anew(self) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.size, self.hash = 0, hashlib.sha256()

    def add(self, data: bytes) -> None:
        self.file.write(data)
        self.hash.update(data)
        self.size += len(data)


def _receive(portal: Portal, path: str, digest: str, arrived: _Arrived, patience: Patience) -> None:
    headers = {"accept-encoding": "identity"}
    if arrived.size:
        headers["range"] = f"bytes={arrived.size}-"
    with portal.once("GET", path, headers=headers) as answer:
        if arrived.size and answer.status_code != 206:
            arrived.begin_anew()
        length = answer.headers.get("content-length", "")
        total = arrived.size + int(length) if length.isdigit() else None
        for data in answer.iter_raw():
            arrived.add(data)
            patience.refresh()
            if arrived.on_bytes is not None:
                arrived.on_bytes(arrived.size, total)
    if f"sha256:{arrived.hash.hexdigest()}" != digest:
        arrived.begin_anew()
        arrived.wrong += 1
        said = f"what arrives is not {digest}"
        if arrived.wrong >= _MOST_WRONG:
            raise TryAgain(
                "digest-mismatch",
                f"GET {path}: {said}, {_MOST_WRONG} times over.",
                "Look for a proxy that changes what passes; upload the file again.",
            )
        raise Transient(said)
    arrived.file.flush()


def send(portal: Portal, path: str, source: Path, content_type: str) -> None:
    """Upload a file; repeating it is harmless. Raises as `fetch` does."""
    digest = digest_of(source)
    encoded = base64.b64encode(bytes.fromhex(digest.removeprefix("sha256:"))).decode()
    headers = {
        "content-type": content_type,
        "content-length": str(source.stat().st_size),
        "content-digest": f"sha-256=:{encoded}:",
    }

    def attempt(patience: Patience) -> None:
        def chunks() -> Iterator[bytes]:
            with source.open("rb") as file:
                while data := file.read(_CHUNK):
                    yield data
                    patience.refresh()

        with portal.once("PUT", path, headers=headers, content=chunks) as answer:
            answer.read()

    portal.patiently(f"upload {source.name}", attempt)


def no_space(error: OSError, what: str) -> RuntimeFailure:
    """A failure of the disk, which may be another one at the next try."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TryAgain(
            "no-space",
            f"{what}: there is no space left.",
            "Give the pipeline more storage.",
        )
    return TryAgain("disk", f"{what}: {error}.", "Look at the volume of the data directory.")
