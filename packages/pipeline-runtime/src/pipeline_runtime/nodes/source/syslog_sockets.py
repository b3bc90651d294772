"""The sockets that syslog messages come in by."""

from __future__ import annotations

import contextlib
import errno
import socket
from dataclasses import dataclass

from pipeline_runtime.errors import CannotStart

_BACKLOG = 512
#: Bytes that the kernel is asked to keep of datagrams; it may give less.
_BUFFER = 16_777_216
#: Linux only, and for privileged processes only: not bound by `net.core.rmem_max`.
_SO_RCVBUFFORCE = 33


@dataclass(frozen=True)
class Endpoint:
    """One address to listen on."""

    protocol: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.protocol}://{host}:{self.port}"

    def bind(self, node: str) -> socket.socket:
        """Listen; raises `CannotStart` naming the port when that is not possible."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        kind = socket.SOCK_DGRAM if self.protocol == "udp" else socket.SOCK_STREAM
        listener = socket.socket(family, kind)
        name = self.protocol.upper()
        try:
            if self.protocol == "tcp":
                # Closed connections in TIME_WAIT do not keep a port.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            else:
                _enlarge(listener)
            listener.bind((self.host, self.port))
            if self.protocol == "tcp":
                listener.listen(_BACKLOG)
            listener.setblocking(False)
        except OSError as error:
            listener.close()
            if error.errno == errno.EADDRINUSE:
                raise CannotStart(
                    "port-taken",
                    f"Port {self.port} ({name}) on {self.host} is used by another program.",
                    "Choose another port for the syslog source, or stop that program.",
                    node,
                ) from error
            hint = (
                "Ports below 1024 need rights that the pipeline does not have; choose a higher one."
                if error.errno == errno.EACCES
                else "Check address and port of the syslog source."
            )
            raise CannotStart(
                "cannot-listen",
                f"It is not possible to listen on {self.host}, port {self.port} ({name}): "
                f"{error.strerror}.",
                hint,
                node,
            ) from error
        return listener


def _enlarge(listener: socket.socket) -> None:
    try:
        listener.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _BUFFER)
    except OSError:
        with contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
