#!/usr/bin/env bash
# Makes every generated file: JSON Schemas from zod, the runtime's copy of them,
# the rights of the portal on clusters, and the reference pages of the guides.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh
yarn workspace @mlpipe/plugin-ml-pipelines-common generate
yarn workspace @mlpipe/plugin-ml-pipelines-backend-module-kubernetes generate
(cd packages/pipeline-runtime && uv run --frozen python scripts/copy_schema.py)
node --import tsx tests/src/reference/main.ts
yarn prettier --loglevel warn --write docs/reference
