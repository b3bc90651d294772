"""Datagrams that the kernel dropped because nobody took them in time."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_INODE, _DROPS = 9, 12


def kernel_drops(listener: socket.socket) -> int:
    """Drops over the life of a UDP socket, by proc(5); 0 where the kernel does not say."""
    name = "udp6" if listener.family == socket.AF_INET6 else "udp"
    try:
        inode = str(os.fstat(listener.fileno()).st_ino)
        rows = Path("/proc/net", name).read_text("ascii").splitlines()[1:]
    except OSError:
        return 0
    for row in rows:
        fields = row.split()
        if len(fields) > _DROPS and fields[_INODE] == inode:
            return int(fields[_DROPS])
    return 0
