"""HTTP over Unix sockets, for supervisord and for the control sockets of runtimes."""

from __future__ import annotations

import http.client
import json
import os
import socket
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The kernel's limit for the path of a Unix socket (unix(7)), less the closing zero.
_MAX_PATH_BYTES = 107


def connect(path: Path, timeout_seconds: float) -> socket.socket:
    """Connect to a Unix socket, also where its path is longer than the kernel allows."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(timeout_seconds)
    try:
        if len(os.fsencode(path)) <= _MAX_PATH_BYTES:
            connection.connect(str(path))
        else:
            folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                connection.connect(f"/proc/self/fd/{folder}/{path.name}")
            finally:
                os.close(folder)
    except BaseException:
        connection.close()
        raise
    return connection


class UnixHTTPConnection(http.client.HTTPConnection):
    """An HTTP connection to a Unix socket."""

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        super().__init__("localhost", timeout=timeout_seconds)
        self._path = path
        self._timeout_seconds = timeout_seconds

    def connect(self) -> None:
        self.sock = connect(self._path, self._timeout_seconds)


class UnixTransport(xmlrpc.client.Transport):
    """XML-RPC over a Unix socket."""

    def __init__(self, path: Path, timeout_seconds: float) -> None:
        super().__init__()
        self._path = path
        self._timeout_seconds = timeout_seconds

    def make_connection(self, host: object) -> http.client.HTTPConnection:
        return UnixHTTPConnection(self._path, self._timeout_seconds)


@dataclass(frozen=True)
class Response:
    """Status and body of an answer; `body` is None when it is no JSON object."""

    status: int
    body: dict[str, Any] | None


def request(path: Path, method: str, target: str, timeout_seconds: float) -> Response:
    """One HTTP request without a body over a Unix socket.

    Raises:
        OSError: nothing listens, or no answer in time.
        http.client.HTTPException: the answer is no HTTP.
    """
    connection = UnixHTTPConnection(path, timeout_seconds)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        content = answer.read()
    finally:
        connection.close()
    try:
        value = json.loads(content)
    except ValueError:
        value = None
    return Response(answer.status, value if isinstance(value, dict) else None)
