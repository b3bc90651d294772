#!/bin/sh
# Plays what runs on a target: one process a release, of which one is active.
# Usage: agent.sh release|remove WORLD PIPELINE [RELEASE REVISION]
set -eu
verb=$1 world=$2 pipeline=$3
dir=$world/$pipeline
mkdir -p "$dir/pids"
echo "$verb ${4:-}" >>"$dir/calls"
while [ -e "$world/hold-apply" ]; do sleep 0.05; done

# Two attempts may meet here; a real agent has a lock as well.
exec 9>"$world/$pipeline.lock"
flock 9

keep=none
if [ "$verb" = release ]; then
  keep=$4
  if ! kill -0 "$(cat "$dir/pids/$keep" 2>/dev/null || echo 999999999)" 2>/dev/null; then
    setsid sh -c 'echo $$ >"$0"; exec sleep 600' "$dir/pids/$keep" 9>&- >/dev/null 2>&1 </dev/null &
    while [ ! -s "$dir/pids/$keep" ]; do sleep 0.01; done
  fi
fi
for file in "$dir"/pids/*; do
  if [ -e "$file" ] && [ "$(basename "$file")" != "$keep" ]; then
    kill "$(cat "$file")" 2>/dev/null || true
    rm -f "$file"
  fi
done
if [ "$verb" = release ]; then
  echo "$keep $5" >"$dir/active"
else
  rm -f "$dir/active"
fi
