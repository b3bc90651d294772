"""Passes open sockets from one release to the next.

The running release serves a Unix socket in the data directory. A successor connects, receives
each socket (`SCM_RIGHTS`) with a document that describes it, and confirms; until then the giver
has only paused, and goes on when the successor fails. Nothing that waits in a socket is lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TIMEOUT = 5.0
_LENGTH = struct.Struct("!I")
_LONGEST = 16_777_216
_TAKEN, _RELEASED = b"T", b"R"

#: A socket with what a successor has to know of it.
Passed = tuple[dict[str, Any], socket.socket]


class Handover:
    """The successor's side: what was received, to be confirmed or given up."""

    def __init__(self, connection: socket.socket, passed: list[Passed]) -> None:
        self._connection = connection
        self.passed = passed

    def confirm(self) -> bool:
        """Take over; false when the giver no longer waits for that, and goes on itself."""
        with self._connection:
            try:
                self._connection.sendall(_TAKEN)
                return self._connection.recv(1) == _RELEASED
            except OSError:
                return False

    def give_up(self) -> None:
        """The giver goes on."""
        for _, passed in self.passed:
            passed.close()
        self._connection.close()


def receive_sockets(path: Path) -> Handover | None:
    """Ask the running release for its sockets; `None` when none answers."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_TIMEOUT)
    passed: list[Passed] = []
    try:
        with _short(path) as short:
            connection.connect(short)
        while True:
            head, descriptors, _, _ = socket.recv_fds(connection, _LENGTH.size, 1)
            if len(head) < _LENGTH.size:
                raise ConnectionError("the giver ended")
            length = _LENGTH.unpack(head)[0]
            if length == 0:
                return Handover(connection, passed)
            document = json.loads(_exactly(connection, min(length, _LONGEST)))
            passed.append((document, socket.socket(fileno=descriptors[0])))
    except (OSError, ValueError, IndexError):
        for _, one in passed:
            one.close()
        connection.close()
        return None


class HandoverServer:
    """Gives sockets to whoever connects; only the own user may."""

    def __init__(
        self,
        path: Path,
        pause: Callable[[], list[Passed]],
        released: Callable[[bool], None],
    ) -> None:
        """`pause` stops reading and names the sockets; `released` hears whether they are gone."""
        self._path = path
        self._pause = pause
        self._released = released
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short(temporary) as short:
            self._server.bind(short)
        temporary.chmod(0o600)
        self._server.listen(1)
        self._inode = temporary.stat().st_ino
        temporary.replace(path)
        threading.Thread(target=self._serve, name="handover", daemon=True).start()

    def close(self) -> None:
        """Give nothing away any more; a successor's socket at the same path stays."""
        with contextlib.suppress(OSError):
            if self._path.stat().st_ino == self._inode:
                self._path.unlink()
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(_TIMEOUT)
                passed = self._pause()
                try:
                    for document, one in passed:
                        body = json.dumps(document).encode()
                        socket.send_fds(connection, [_LENGTH.pack(len(body))], [one.fileno()])
                        connection.sendall(body)
                    connection.sendall(_LENGTH.pack(0))
                    gone = connection.recv(1) == _TAKEN
                except OSError:
                    gone = False
                self._released(gone)
                if gone:
                    with contextlib.suppress(OSError):
                        connection.sendall(_RELEASED)
            if gone:
                self._server.close()
                return


def _exactly(connection: socket.socket, length: int) -> bytes:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(length - len(parts))
        if not part:
            raise ConnectionError("the giver ended")
        parts += part
    return bytes(parts)


@contextlib.contextmanager
def _short(path: Path) -> Any:
    """A name of at most 107 bytes, which is all that the kernel takes."""
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
