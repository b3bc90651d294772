"""What programs of this machine may know of the portal's environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# How to reach the network, the clock, the GPUs. The portal's own variables hold credentials:
# of its database, of Terraform's state, of clouds.
_INHERITED = (
    "TZ",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
)

# Of a run's keeper only: which descriptor holds the secrets.
SECRETS_VARIABLE = "MLPIPE_SECRETS_FD"


def secrets_descriptor() -> int | None:
    """The descriptor with the secrets of a run, if it has any; taken once."""
    text = os.environ.pop(SECRETS_VARIABLE, None)
    return int(text) if text is not None else None


def base_environment(home: Path) -> dict[str, str]:
    """The environment that supervisord and the runtimes start from."""
    return {
        **{name: os.environ[name] for name in _INHERITED if name in os.environ},
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": "/tmp",  # noqa: S108
        "LANG": "C.UTF-8",
        "PYTHONUNBUFFERED": "1",
        "PYTHONSAFEPATH": "1",
    }
