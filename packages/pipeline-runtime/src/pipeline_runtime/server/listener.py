"""The public listener, and how it passes from one release to the next.

The running release serves a Unix socket. A successor connects to it, and receives the listening
socket itself (`SCM_RIGHTS`): connections that wait in it are never lost, whoever accepts them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
from pathlib import Path

from pipeline_runtime.errors import CannotStart

_BACKLOG = 2048
_TIMEOUT = 5.0


def bind_listener(host: str, port: int) -> socket.socket:
    """Listen on an address; port 0: any free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol has to be named: only then does asyncio set TCP_NODELAY on connections, without
    # which answers wait for the client's delayed acknowledgement (40 ms).
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise CannotStart(
                "port-taken",
                f"Port {port} on {host} is used by another program.",
                "Choose another port, or leave it empty to get a free one.",
            ) from error
        raise CannotStart(
            "cannot-listen",
            f"It is not possible to listen on {host}, port {port}: {error.strerror}.",
            "Check host and port.",
        ) from error
    return listener


def receive_listener(path: Path) -> socket.socket | None:
    """The listener of the running release; `None` when none is running."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(_TIMEOUT)
        try:
            connection.connect(str(path))
            _, descriptors, _, _ = socket.recv_fds(connection, 1, 1)
        except OSError:
            return None
    if not descriptors:
        return None
    listener = socket.socket(fileno=descriptors[0])
    listener.setblocking(False)
    return listener


class ListenerServer:
    """Gives the listener to whoever connects to the Unix socket; only the own user may."""

    def __init__(self, path: Path, listener: socket.socket) -> None:
        self._path = path
        self._listener = listener
        path.parent.mkdir(parents=True, exist_ok=True)
        # The socket of a predecessor gives way; its connections stay as they are.
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.unlink(missing_ok=True)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(temporary))
        temporary.chmod(0o600)
        self._server.listen(4)
        self._inode = temporary.stat().st_ino
        temporary.replace(path)
        threading.Thread(target=self._serve, name="listener", daemon=True).start()

    def close(self) -> None:
        """Stop giving the listener away; a successor's socket at the same path stays."""
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
            with connection, contextlib.suppress(OSError):
                connection.settimeout(_TIMEOUT)
                socket.send_fds(connection, [b"L"], [self._listener.fileno()])
