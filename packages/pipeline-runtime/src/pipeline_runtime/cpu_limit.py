"""How many threads numeric libraries should start, where a container limits the processors.

They count the processors of the machine, and with twice as many threads as processors each
takes longer than one alone would.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


def limit_threads(root: Path = _ROOT) -> None:
    """Set the variables of the libraries that are not set; call before they are imported.

    Nothing where no limit is found: there they decide best by themselves.
    """
    limit = cpu_limit(root)
    if limit is None:
        return
    threads = str(max(1, math.ceil(limit)))
    for name in _THREADS:
        os.environ.setdefault(name, threads)


def cpu_limit(root: Path = _ROOT) -> float | None:
    """Processors that the control group of this process may use; `None`: all."""
    # Version 2, as a container sees its own group.
    found = _read(root / "cpu.max").split()
    if len(found) == 2:
        return _share(found[0], found[1])
    for folder in ("cpu", "cpu,cpuacct"):
        quota = _read(root / folder / "cpu.cfs_quota_us")
        if quota:
            return _share(quota, _read(root / folder / "cpu.cfs_period_us"))
    return None


def _share(quota: str, period: str) -> float | None:
    try:
        used, every = float(quota), float(period)
    except ValueError:
        return None
    return used / every if used > 0 and every > 0 else None


def _read(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
