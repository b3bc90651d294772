#!/usr/bin/env bash
# Runs every suite, prints the time of each, and closes with `N passed, N failed`.
# Usage: scripts/test.sh [--only static|unit|python|faults|prometheus|guides|e2e|kubernetes|soak]
# Logs go to reports/<suite>.log.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. scripts/env.sh
only=""
[ "${1:-}" = --only ] && only="${2:-}"
mkdir -p reports
passed=0
failed=0
started=$SECONDS

# suite GROUP NAME COUNTER COMMAND…: COUNTER prints "passed failed" from the log
suite() {
  local group=$1 name=$2 counter=$3
  shift 3
  if [ -n "$only" ] && [ "$only" != "$group" ]; then
    return 0
  fi
  if [ -z "$only" ] && [ "$group" = soak ]; then
    return 0
  fi
  local begin=$SECONDS log="reports/$name.log" code=0 counts p f
  "$@" >"$log" 2>&1 || code=$?
  counts=$("$counter" "$log")
  p=${counts% *} f=${counts#* }
  # A suite that broke before its tests ran has failed, whatever it counted.
  if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
  if [ "$code" -eq 0 ] && [ "$((p + f))" -eq 0 ]; then f=1; echo "no test ran" >>"$log"; fi
  passed=$((passed + p)) failed=$((failed + f))
  printf '%-22s %5ds  %d passed, %d failed%s\n' "$name" "$((SECONDS - begin))" "$p" "$f" "$(skipped "$log")"
  if [ "$f" -gt 0 ]; then
    echo "--- end of $log"
    tail -n 80 "$log"
    echo "---"
  fi
}

# What was not run counts as skipped, never as passed.
skipped() {
  local n
  n=$(sed -nE 's/^(#|ℹ) skipped ([0-9]+)$/\2/p' "$1" | tail -1)
  [ "${n:-0}" -eq 0 ] || printf ', %d skipped' "$n"
}

# A check counts as one test.
count_check() { [ "${code:-0}" -eq 0 ] && echo "1 0" || echo "0 1"; }
count_jest() {
  node -e '
    const { readFileSync } = require("fs");
    try {
      const r = JSON.parse(readFileSync(process.argv[1].replace(/log$/, "json"), "utf8"));
      console.log(r.numPassedTests, r.numFailedTests + r.numRuntimeErrorTestSuites);
    } catch { console.log("0 1"); }' "$1"
}
count_pytest() {
  local line
  line=$(grep -E '[0-9]+ (passed|failed|error)' "$1" | tail -1)
  echo "$(grep -oE '[0-9]+ passed' <<<"$line" | grep -oE '[0-9]+' || echo 0) $(($(grep -oE '[0-9]+ failed' <<<"$line" | grep -oE '[0-9]+' || echo 0) + $(grep -oE '[0-9]+ errors?' <<<"$line" | grep -oE '[0-9]+' || echo 0)))"
}
count_node() {
  echo "$(sed -nE 's/^(#|ℹ) pass ([0-9]+)$/\2/p' "$1" | tail -1 | grep . || echo 0) $(sed -nE 's/^(#|ℹ) fail ([0-9]+)$/\2/p' "$1" | tail -1 | grep . || echo 0)"
}

runtime() { (cd packages/pipeline-runtime && "$@"); }
jest() {
  rm -f reports/jest.json
  scripts/with-postgres.sh env CI=true BACKSTAGE_TEST_DISABLE_DOCKER=1 \
    yarn backstage-cli repo test --watchAll=false --ci --maxWorkers=2 \
    --json --outputFile=reports/jest.json
}
node_tests() { node --import tsx --test --test-concurrency=1 --test-timeout=300000 --test-reporter=spec "$@"; }

# Runs a command against a cluster of its own, or the one of TEST_KUBECONFIG.
with_cluster() {
  local kind=$1
  shift
  if [ -n "${TEST_KUBECONFIG:-}" ]; then "$@"; else node --import tsx tests/src/support/clusterCli.ts run "$kind" "$@"; fi
}
cluster_jest() {
  rm -f reports/kubernetes-driver.json
  with_cluster control-plane env CI=true BACKSTAGE_TEST_DISABLE_DOCKER=1 \
    yarn backstage-cli repo test --watchAll=false --ci --maxWorkers=2 \
    --json --outputFile=reports/kubernetes-driver.json --testPathPatterns '\.cluster\.test\.ts$'
}
node_cluster_tests() {
  with_cluster node node --import tsx --test --test-concurrency=1 --test-timeout=900000 --test-reporter=spec "$@"
}

# Parts of clusters take minutes to build, on a machine that has none of them
# yet: they are made beside the other suites.
no_node=
if [ -z "$only" ] || [ "$only" = kubernetes ]; then
  no_node=$(node --import tsx tests/src/support/clusterCli.ts why-no-node)
  parts=(kube kwok provider crds)
  [ -n "$no_node" ] || parts=(base pause kube kwok provider crds coredns-image metrics-server-image image)
  nice -n 19 tests/kubernetes/build.sh "${parts[@]}" >reports/kubernetes-build.log 2>&1 &
fi

suite static prettier count_check yarn prettier --check .
suite static typescript count_check yarn tsc
suite static eslint count_check yarn backstage-cli repo lint --max-warnings=0
suite static imports count_check node scripts/check-imports.mjs
suite static generated count_check scripts/check-generated.sh
suite static ruff count_check runtime uv run --frozen ruff check .
suite static ruff-format count_check runtime uv run --frozen ruff format --check .
suite static mypy count_check runtime uv run --frozen mypy
suite unit jest count_jest jest
suite python pytest count_pytest runtime uv run --frozen pytest tests ../../examples/logs
suite faults faults count_node node_tests tests/src/faults/*.test.ts
suite prometheus prometheus count_node node_tests tests/src/prometheus/*.test.ts
suite guides guides count_node node_tests tests/src/guides/*.test.ts
suite e2e e2e count_node node_tests tests/src/e2e/*.test.ts
suite kubernetes kubernetes-driver count_jest cluster_jest
suite kubernetes kubernetes-faults count_node node_tests --test-timeout=900000 tests/src/kubernetes/{faults,scale,monitoring}.test.ts
if [ -z "$only" ] || [ "$only" = kubernetes ]; then
  if [ -n "$no_node" ] && [ -z "${TEST_KUBECONFIG:-}" ]; then
    printf '%-22s        skipped: %s\n' kubernetes-node "$no_node"
  else
    suite kubernetes kubernetes-node count_node node_cluster_tests tests/src/kubernetes/{node,runs}.test.ts
  fi
fi
suite soak soak count_node node_tests tests/src/soak/*.test.ts

if [ "$((passed + failed))" -eq 0 ]; then
  echo "No suite belongs to \"$only\": see the head of $0." >&2
  exit 1
fi
printf '%-22s %5ds\n' total "$((SECONDS - started))"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
