"""`python -m pipeline_runtime.host`: the agent without the rest of the runtime loaded."""

from __future__ import annotations

import sys

from pipeline_runtime.host.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
