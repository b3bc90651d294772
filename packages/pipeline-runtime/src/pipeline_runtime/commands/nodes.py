"""`mlpipe nodes`: the node types as JSON."""

from __future__ import annotations

import argparse
import json
import sys

from pipeline_runtime import registry


def run(arguments: argparse.Namespace) -> int:
    """Print id, category, ports and parameter defaults of every node type."""
    sys.stdout.write(json.dumps(registry.describe(), indent=2) + "\n")
    return 0
