"""Work that is undone, and not merely cut off, when whoever asked for it is killed.

Terraform kills a provisioner at once when it is interrupted itself: it leaves no time for a
roll-back. So the work is done by a process that Terraform does not know, in a session of its own,
which is told when the one that Terraform did start is gone.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from types import FrameType

_PR_SET_PDEATHSIG = 1


def shielded() -> int | None:
    """Go on in a child, which gets SIGTERM when its parent dies; signals are passed on to it.

    Returns `None` in the child, and in the parent, once the child has ended, its exit code. The
    caller's handler for SIGTERM is what undoes the work.
    """
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        os.setsid()
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != parent:
            # It died before it could be watched.
            os.kill(os.getpid(), signal.SIGTERM)
        return None

    def pass_on(number: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code
