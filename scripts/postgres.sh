#!/usr/bin/env bash
# A throw-away PostgreSQL for tests and benchmarks, on a free port of the loopback interface.
#
#   url=$(scripts/postgres.sh start DIR)    starts a server with its files in DIR (new or empty) and prints
#                                           postgresql://postgres@127.0.0.1:PORT
#   scripts/postgres.sh stop DIR            stops it by its process id and removes DIR
#
# PG_BIN names the directory of initdb and postgres; default: the PATH, then the newest Debian package.
# Nothing is synchronised to disk: the data are worth nothing. Every local user may connect.
set -euo pipefail

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[ $# -eq 2 ] || usage
action=$1
dir=$2
start_timeout=60

find_bin() {
  if [ -n "${PG_BIN:-}" ]; then
    echo "$PG_BIN"
  elif command -v initdb >/dev/null && command -v postgres >/dev/null; then
    dirname "$(command -v initdb)"
  else
    find /usr/lib/postgresql /opt/homebrew/opt /usr/local/opt -maxdepth 3 -path '*/bin/initdb' 2>/dev/null |
      sort -V | tail -n 1 | xargs -r dirname
  fi
}

# PostgreSQL refuses to run as root, so root gives the work to an unprivileged account.
as_owner() {
  if [ "$(id -u)" -eq 0 ]; then
    setpriv --reuid="$owner" --regid="$(id -g "$owner")" --clear-groups "$@"
  else
    "$@"
  fi
}

free_port() {
  local port
  for _ in $(seq 100); do
    port=$((RANDOM % 20000 + 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
  echo "No free port between 20000 and 40000." >&2
  return 1
}

start() {
  bin=$(find_bin)
  if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo "PostgreSQL is not installed: install it (apt-get install postgresql, brew install postgresql), or set PG_BIN." >&2
    exit 1
  fi
  owner=$(id -un)
  if [ "$(id -u)" -eq 0 ]; then
    owner=nobody
    if id postgres >/dev/null 2>&1; then owner=postgres; fi
  fi
  if [ -e "$dir/data" ]; then
    echo "\"$dir\" is in use: stop that server first." >&2
    exit 1
  fi
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  chmod 755 "$dir"
  mkdir "$dir/data" "$dir/socket"
  [ "$(id -u)" -ne 0 ] || chown "$owner" "$dir" "$dir/data" "$dir/socket"
  if ! as_owner "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >"$dir/initdb.log" 2>&1; then
    cat "$dir/initdb.log" >&2
    exit 1
  fi

  # Another process may take the port between the look and the start, so try again with another one.
  for _ in 1 2 3; do
    port=$(free_port)
    if as_owner "$bin/pg_ctl" -D "$dir/data" -w -t "$start_timeout" -l "$dir/data/server.log" \
      -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='$dir/socket' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
      start >"$dir/start.log" 2>&1; then
      echo "postgresql://postgres@127.0.0.1:$port"
      return
    fi
  done
  cat "$dir/start.log" "$dir/data/server.log" >&2
  exit 1
}

stop() {
  if [ -f "$dir/data/postmaster.pid" ]; then
    pid=$(head -n 1 "$dir/data/postmaster.pid")
    # SIGINT is PostgreSQL's fast shutdown: connections are cut, nothing is waited for.
    kill -INT "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      [ -f "$dir/data/postmaster.pid" ] || break
      sleep 0.1
    done
    if [ -f "$dir/data/postmaster.pid" ]; then
      kill -KILL "$pid" 2>/dev/null || true
    fi
  fi
  # Only what start made is removed, whatever the argument was.
  rm -rf "$dir/data" "$dir/socket" "$dir/initdb.log" "$dir/start.log"
  rmdir "$dir" 2>/dev/null || true
}

case "$action" in
  start) start ;;
  stop) stop ;;
  *) usage ;;
esac
