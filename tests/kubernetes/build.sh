#!/usr/bin/env bash
# Builds what the tests on Kubernetes need, from package registries alone, and
# prints the folder that holds it: tests/kubernetes/build.sh PART…
#
#   kube            API server, controllers, scheduler, etcd, kubelet, kube-proxy in one program
#   kwok            the Kubernetes project's simulator of nodes, with its stages
#   provider        Terraform's kubectl provider, as a mirror with a CLI configuration
#   crds            custom resources of the Prometheus Operator
#   coredns         DNS of a cluster
#   metrics-server  figures for autoscalers
#   pause           image of the container that holds a pod's network
#   image           image of the runtime, by its Dockerfile, as a tar
#
# Each part is kept outside of the repository under a name made of its inputs,
# so that only what changed is built again.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/mlpipe-tests/kubernetes"
mkdir -p "$cache"
PATH="$PATH:/usr/local/go/bin:/usr/lib/go/bin"
export CGO_ENABLED=0

readonly KUBERNETES=v1.36.3 KWOK=v0.8.0 PROVIDER=1.19.0 OPERATOR=v0.85.0
readonly KWOK_MODULE="sigs.k8s.io/kwok@$KWOK"
readonly OPERATOR_MODULE="github.com/prometheus-operator/prometheus-operator@$OPERATOR"

fail() {
  echo "tests/kubernetes/build.sh: $*" >&2
  exit 1
}
digest() { cat -- "$@" | sha256sum | cut -c1-16; }

# once NAME FOLDER COMMAND…: COMMAND fills a new folder, given as its last
# argument, which then appears at FOLDER as a whole. Other builds wait.
once() {
  local name=$1 folder=$2
  shift 2
  (
    flock 9
    if [ ! -d "$folder" ]; then
      local begin=$SECONDS building="$folder.$$"
      rm -rf "$building"
      mkdir -p "$building"
      "$@" "$building" >"$cache/$name.log" 2>&1 || {
        tail -20 "$cache/$name.log" >&2
        rm -rf "$building"
        fail "$name could not be built; the whole output is in $cache/$name.log"
      }
      mv "$building" "$folder"
      echo "built $name in $((SECONDS - begin)) s" >&2
      # What other inputs had made is of no use any more.
      find "$cache" -maxdepth 1 -type d -name "$name-????????????????" ! -path "$folder" -exec rm -rf {} +
    fi
  ) 9>"$cache/$name.lock"
  echo "$folder"
}

module_dir() { go mod download -json "$1" | sed -nE 's/^\s*"Dir": "(.*)",$/\1/p'; }

# go_module NAME LDFLAGS FOLDER
go_module() { (cd "$here/$1" && go build -mod=readonly -trimpath -ldflags "-s -w $2" -o "$3/$1" .); }
go_part() { once "$1" "$cache/$1-$(digest "$here/$1"/{go.mod,go.sum,main.go})" go_module "$1" "${2:-}"; }

build_kwok() {
  GOBIN="$1" go install -trimpath -ldflags '-s -w' "sigs.k8s.io/kwok/cmd/kwok@$KWOK"
  local stages
  stages="$(module_dir "$KWOK_MODULE")/kustomize/stage"
  mkdir "$1/stages"
  for kind in pod/fast node/fast node/heartbeat; do
    for file in "$stages/$kind"/*.yaml; do
      [ "$(basename "$file")" = kustomization.yaml ] || cp "$file" "$1/stages/${kind//\//-}-$(basename "$file")"
    done
  done
  chmod -R u+w "$1"
}

build_provider() {
  local mirror="$1/mirror/registry.terraform.io/gavinbunney/kubectl/$PROVIDER/$(go env GOOS)_$(go env GOARCH)"
  mkdir -p "$mirror"
  GOBIN="$1" go install -trimpath -ldflags '-s -w' "github.com/gavinbunney/terraform-provider-kubectl@v$PROVIDER"
  mv "$1/terraform-provider-kubectl" "$mirror/terraform-provider-kubectl_v$PROVIDER"
}

build_crds() {
  cp "$(module_dir "$OPERATOR_MODULE")"/example/prometheus-operator-crd/*.yaml "$1/"
  chmod -R u+w "$1"
}

build_pause() {
  mkdir "$1/root"
  gcc -Os -static -s "$here/node/pause.c" -o "$1/root/pause"
  with_docker "$1" build_scratch "$1" pause '["/pause"]'
}

build_coredns_image() { server_image "$1" coredns; }
build_metrics_server_image() { server_image "$1" metrics-server; }
# An image of one static program.
server_image() {
  mkdir "$1/root"
  cp "$(part "$2")/$2" "$1/root/"
  with_docker "$1" build_scratch "$1" "$2" "[\"/$2\"]"
}
build_scratch() {
  printf 'FROM scratch\nCOPY . /\nENTRYPOINT %s\n' "$3" >"$1/Dockerfile"
  docker build --quiet --tag "localhost/$2:1" --file "$1/Dockerfile" "$1/root"
  docker save --output "$1/$2.tar" "localhost/$2:1"
  rm -rf "$1/root" "$1/Dockerfile"
}

# The base image stands in for the one of the Dockerfile, which a registry would have.
build_base() {
  mmdebstrap --variant=minbase --include=python3,python3-venv,ca-certificates bookworm "$1/base.tar"
  cp /etc/ssl/certs/ca-certificates.crt "$1/"
  cp "$here/image/Dockerfile" "$1/"
}

build_image() {
  local base
  base="$(part base)"
  with_docker "$1" build_runtime "$1" "$base"
}
build_runtime() {
  docker build --network host --tag localhost/python:3 "$2"
  docker build --network host --tag "localhost/pipeline-runtime:test" \
    --build-arg PYTHON_IMAGE=localhost/python:3 \
    ${PIP_INDEX_URL:+--build-arg PIP_INDEX_URL="$PIP_INDEX_URL"} \
    "$root/packages/pipeline-runtime"
  docker save --output "$1/image.tar" localhost/pipeline-runtime:test
}

# with_docker FOLDER COMMAND…: a daemon of its own for the time of the command, without networks.
with_docker() {
  local work daemon
  work="$(mktemp -d)"
  shift
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/pid" \
    --host "unix://$work/docker.sock" --bridge=none --iptables=false --ip-forward=false \
    --oom-score-adjust 0 >"$work/log" 2>&1 &
  daemon=$!
  export DOCKER_HOST="unix://$work/docker.sock" DOCKER_BUILDKIT=1
  # Debian's client brings BuildKit; others may want a plugin for it.
  docker() { "$(command -v /usr/bin/docker || command -v docker)" "$@"; }
  for _ in $(seq 100); do
    docker version >/dev/null 2>&1 && break
    kill -0 "$daemon" 2>/dev/null || { cat "$work/log"; return 1; }
    sleep 0.2
  done
  local code=0
  # Not as a condition: `set -e` would not hold inside.
  (set -e; "$@") & wait $! || code=$?
  kill "$daemon"
  wait "$daemon" || true
  rm -rf "$work"
  return "$code"
}

runtime_files() {
  (cd "$root/packages/pipeline-runtime" &&
    find Dockerfile .dockerignore pyproject.toml uv.lock README.md src -type f ! -name '*.pyc' | LC_ALL=C sort)
}
image_digest() {
  (
    cd "$root/packages/pipeline-runtime"
    runtime_files | tr '\n' '\0' | xargs -0 sha256sum
    cat "$here/image/Dockerfile"
  ) | sha256sum | cut -c1-16
}
named() { printf '%s' "$*" | sha256sum | cut -c1-16; }

part() {
  case $1 in
    kube)
      local v="k8s.io/component-base/version"
      go_part kube "-X $v.gitVersion=$KUBERNETES -X $v.gitMajor=1 -X $v.gitMinor=$(cut -d. -f2 <<<"$KUBERNETES")"
      ;;
    coredns | metrics-server) go_part "$1" ;;
    kwok) once kwok "$cache/kwok-$(named "$KWOK")" build_kwok ;;
    provider)
      local folder
      folder="$(once provider "$cache/provider-$(named "$PROVIDER")" build_provider)"
      # The path is only known now that it is where it stays.
      [ -f "$folder/terraform.rc" ] ||
        printf 'provider_installation {\n  filesystem_mirror { path = "%s/mirror" }\n}\n' "$folder" >"$folder/terraform.rc"
      echo "$folder"
      ;;
    crds) once crds "$cache/crds-$(named "$OPERATOR")" build_crds ;;
    pause) once pause "$cache/pause-$(digest "$here/node/pause.c")" build_pause ;;
    coredns-image) once coredns-image "$cache/coredns-image-$(digest "$here/coredns/"{go.mod,main.go})" build_coredns_image ;;
    metrics-server-image) once metrics-server-image "$cache/metrics-server-image-$(digest "$here/metrics-server/"{go.mod,main.go})" build_metrics_server_image ;;
    base) once base "$cache/base-$(digest "$here/image/Dockerfile" /etc/ssl/certs/ca-certificates.crt)" build_base ;;
    image) once image "$cache/image-$(image_digest)" build_image ;;
    *) fail "there is no part \"$1\"; see the head of this file" ;;
  esac
}

[ $# -gt 0 ] || fail 'name at least one part; see the head of this file'
command -v go >/dev/null || fail 'Go 1.26 or newer is needed: https://go.dev/dl'
for name in "$@"; do
  part "$name"
done
