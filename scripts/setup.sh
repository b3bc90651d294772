#!/usr/bin/env bash
# Brings what is missing for `make start` and `make test`. Each step is skipped
# while its inputs are unchanged (a stamp holds their hash), so a second run
# takes about a second.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode="${1:-}"
stamps=.cache/stamps
mkdir -p "$stamps"

fail() {
  echo "make: $*" >&2
  exit 1
}
say() { echo "› $*"; }

# done_already NAME FILE… : true when NAME ran with the same content of FILEs
done_already() {
  local name=$1
  shift
  hash=$(cat -- "$@" | sha256sum | cut -d' ' -f1)
  [ -f "$stamps/$name" ] && [ "$(cat "$stamps/$name")" = "$hash" ]
}
stamp() { echo "$hash" >"$stamps/$1"; }

# --- Node 22 or 24 and Yarn -------------------------------------------------
command -v npm >/dev/null || fail "npm is missing: install Node.js (any version with npm) and run this again; the right Node is then brought along."
if ! done_already tools .tools/package-lock.json || [ ! -x .tools/node_modules/node/bin/node ] || [ ! -x .tools/bin/yarn ]; then
  say 'Installing Node 24 and Yarn into .tools'
  npm ci --prefix .tools --no-audit --no-fund --loglevel=error ||
    fail 'Node and Yarn could not be installed from the npm registry: check the network or the registry setting of npm.'
  mkdir -p .tools/bin
  cat >.tools/bin/yarn <<'YARN'
#!/bin/sh
here="$(cd "$(dirname "$0")/.." && pwd)"
exec "$here/node_modules/node/bin/node" "$here/node_modules/@yarnpkg/cli-dist/bin/yarn.js" "$@"
YARN
  chmod +x .tools/bin/yarn
  [ -x .tools/node_modules/node/bin/node ] ||
    fail 'Node was not unpacked: npm skipped its install script; allow install scripts (npm config set ignore-scripts false) and run this again.'
  stamp tools
fi
. scripts/env.sh

# --- Node modules -----------------------------------------------------------
if ! done_already modules yarn.lock package.json packages/*/package.json plugins/*/package.json tests/package.json || [ ! -d node_modules ]; then
  say 'Installing node modules (one to three minutes the first time)'
  yarn install --immutable >.cache/yarn.log 2>&1 || {
    tail -20 .cache/yarn.log >&2
    fail 'Node modules could not be installed: the end of .cache/yarn.log is above.'
  }
  stamp modules
fi

# --- uv and the Python environment of the runtime ---------------------------
python="$(command -v python3 || true)"
if ! command -v uv >/dev/null; then
  [ -n "$python" ] || fail 'Python is missing: install Python 3.11 or newer with pip, and run this again.'
  say 'Installing uv into .tools'
  "$python" -m pip install --quiet --disable-pip-version-check --target .tools/uv -r .tools/requirements.txt ||
    fail 'uv could not be installed with pip: check the network, or install uv yourself.'
  ln -sf ../uv/bin/uv .tools/bin/uv
fi
if ! done_already python packages/pipeline-runtime/uv.lock packages/pipeline-runtime/pyproject.toml || [ ! -x packages/pipeline-runtime/.venv/bin/mlpipe ]; then
  say 'Installing the Python environment of the pipeline runtime'
  (cd packages/pipeline-runtime && uv sync --frozen --inexact --quiet) ||
    fail 'The Python environment could not be installed: Python 3.11 or newer is needed, and PyPI must be reachable.'
  stamp python
fi

# --- MkDocs, which builds the guides -----------------------------------------
if ! done_already techdocs .tools/techdocs-requirements.txt || [ ! -x .tools/techdocs/bin/mkdocs ]; then
  say 'Installing MkDocs for the guides into .tools/techdocs'
  (uv venv --quiet --clear .tools/techdocs &&
    uv pip install --quiet --python .tools/techdocs/bin/python -r .tools/techdocs-requirements.txt) ||
    fail 'MkDocs could not be installed: Python 3.11 or newer is needed, and PyPI must be reachable.'
  ln -sf ../techdocs/bin/mkdocs .tools/bin/mkdocs
  stamp techdocs
fi

# --- Terraform --------------------------------------------------------------
if ! command -v terraform >/dev/null && ! command -v tofu >/dev/null; then
  fail 'Terraform is missing: put terraform 1.5 or newer (developer.hashicorp.com/terraform/install) or tofu (opentofu.org/docs/intro/install) on PATH, and run this again.'
fi

# --- The portal's pages -----------------------------------------------------
if [ "$mode" = --start ] || [ "$mode" = --test ]; then
  mapfile -t sources < <(find packages/app/src packages/app/public plugins/ml-pipelines/src plugins/ml-pipelines-common/src -type f | sort)
  if ! done_already app yarn.lock packages/app/package.json "${sources[@]}" || [ ! -f packages/app/dist/index.html ]; then
    say "Building the portal's pages"
    NODE_OPTIONS=--max-old-space-size=6144 yarn workspace app build >.cache/app.log 2>&1 || {
      tail -30 .cache/app.log >&2
      fail 'The pages could not be built: the end of .cache/app.log is above.'
    }
    stamp app
  fi
fi

# --- Servers that only tests need -------------------------------------------
if [ "$mode" = --test ]; then
  missing=()
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || missing+=(chromium)
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing+=(postgresql)
  command -v prometheus >/dev/null || missing+=(prometheus)
  # For a Kubernetes node that runs containers; where there is no root, those tests are skipped.
  if [ "$(id -u)" = 0 ] && [ -d /sys/fs/cgroup/memory ] && command -v apt-get >/dev/null; then
    for need in containerd:containerd runc:runc dockerd:docker.io nft:nftables iptables:iptables conntrack:conntrack mmdebstrap:mmdebstrap gcc:gcc; do
      command -v "${need%%:*}" >/dev/null || missing+=("${need##*:}")
    done
    [ -x /usr/lib/cni/bridge ] || missing+=(containernetworking-plugins)
  fi
  if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
      say "Installing ${missing[*]} for the tests"
      (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}") >.cache/apt.log 2>&1 ||
        fail "The tests need ${missing[*]}: apt-get could not install it, see .cache/apt.log."
    else
      fail "The tests need ${missing[*]}: install it with your package manager, and run this again."
    fi
  fi
  command -v go >/dev/null || [ -x /usr/local/go/bin/go ] ||
    fail 'The tests need Go 1.26 or newer, to build the Kafka broker and the Kubernetes clusters they use: install it from https://go.dev/dl, and run this again.'
fi
