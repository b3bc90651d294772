#!/usr/bin/env bash
# Prints the benchmarks, a line each: `name: ratio (goal …)`. Both sides of a
# ratio are measured in the same run.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh
code=0
for script in packages/pipeline-runtime/bench/*.py; do
  (cd packages/pipeline-runtime && uv run --frozen --quiet python "bench/$(basename "$script")") || code=1
done
node --import tsx tests/src/bench/main.ts || code=1
exit $code
