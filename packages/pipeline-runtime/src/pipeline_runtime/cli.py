"""The command `mlpipe`."""

from __future__ import annotations

import importlib
import sys


def main(argv: list[str] | None = None) -> int:
    """Run a subcommand and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["host"]:
        host = importlib.import_module("pipeline_runtime.host.cli")
        return int(host.main(arguments[1:]))
    sys.stderr.write("mlpipe: unknown command\n")
    return 2
