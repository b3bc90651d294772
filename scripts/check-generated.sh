#!/usr/bin/env bash
# Generated files must be what their commands make of the sources.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
generated=(plugins/ml-pipelines-common/schema packages/pipeline-runtime/src/pipeline_runtime/schema docs/reference plugins/ml-pipelines-backend-module-kubernetes/rbac)
for path in "${generated[@]}"; do
  mkdir -p "$before/$path"
  cp -r "$path/." "$before/$path"
done
scripts/generate.sh
for path in "${generated[@]}"; do
  diff -r "$before/$path" "$path" || {
    echo "Generated files under $path are stale: run scripts/generate.sh and commit the result." >&2
    exit 1
  }
done
