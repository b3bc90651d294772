"""A release as a program of supervisord."""

from __future__ import annotations

import sys

from pipeline_runtime.host.files import write_text
from pipeline_runtime.host.layout import ReleaseLayout

# The runtime ends within 10 s of SIGTERM; after this time supervisord kills it.
STOP_WAIT_SECONDS = 15


def render_program(release: ReleaseLayout) -> str:
    """The program's section (https://supervisord.org/configuration.html#program-x-section).

    It never starts by itself: `up` starts what is active, so that a release which was never
    switched to does not come back after a restart of the machine.
    """
    command = f'"{sys.executable}" -P -m pipeline_runtime.host launch "{release.dir}"'
    return f"""[program:{release.program}]
command={command.replace("%", "%%")}
directory={release.dir}
autostart=false
autorestart=true
startsecs=2
startretries=20
stopsignal=TERM
stopwaitsecs={STOP_WAIT_SECONDS}
killasgroup=true
redirect_stderr=true
stdout_logfile={release.log}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""


def write_program(release: ReleaseLayout) -> None:
    """Write the program's file; its folder comes first, as supervisord refuses to load without."""
    release.dir.mkdir(parents=True, exist_ok=True)
    write_text(release.conf, render_program(release))
