#!/usr/bin/env bash
# Ends the node of up.sh: down.sh FOLDER
node=$1
kill -KILL "$(cat "$node/run/init.pid")" 2>/dev/null
for _ in $(seq 100); do
  kill -0 "$(cat "$node/run/unshare.pid")" 2>/dev/null || break
  sleep 0.1
done
ip link del mlnode0 2>/dev/null
for network in 10.244.0.0/16 10.97.0.0/16; do
  ip route del unreachable "$network" 2>/dev/null
done
for _ in $(seq 50); do
  xargs -a "$node/run/cgroups" -I{} find {} -depth -type d -exec rmdir {} + 2>/dev/null
  xargs -a "$node/run/cgroups" ls -d 2>/dev/null | grep -q . || break
  sleep 0.1
done
exit 0
