"""Copies the JSON Schemas that are generated from zod into the package.

Run after `yarn workspace @mlpipe/plugin-ml-pipelines-common generate`; a test fails when the
copies are stale.
"""

from __future__ import annotations

import shutil
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
GENERATED = PACKAGE.parent.parent / "plugins" / "ml-pipelines-common" / "schema"
COPY = PACKAGE / "src" / "pipeline_runtime" / "schema"


def main() -> None:
    """Replace the copies."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(GENERATED, COPY)


if __name__ == "__main__":
    main()
