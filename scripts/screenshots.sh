#!/usr/bin/env bash
# Takes all pictures of the guides again, in English and French, and makes them
# small. Usage: scripts/screenshots.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/setup.sh --test
. scripts/env.sh
folder=docs/images/guides
PICTURES=$folder node --import tsx --test --test-reporter=spec tests/src/e2e/pictures.test.ts
# 128 colours are enough for pages, and a third of the size.
uv run --quiet --no-project --with pillow==13.0.0 python - "$folder" <<'PYTHON'
import pathlib
import sys

from PIL import Image

for path in pathlib.Path(sys.argv[1]).glob("*.png"):
    Image.open(path).convert("RGB").quantize(128).save(path, optimize=True)
PYTHON
du -sh "$folder"
