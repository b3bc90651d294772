#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL, named to Backstage's TestDatabases
# by its environment variable. Usage: scripts/with-postgres.sh COMMAND…
set -uo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dir=$(mktemp -d)
trap '"$here/postgres.sh" stop "$dir"' EXIT
url=$("$here/postgres.sh" start "$dir") || exit 1
BACKSTAGE_TEST_DATABASE_POSTGRES15_CONNECTION_STRING="$url" "$@"
