#!/usr/bin/env bash
# Starts a Kubernetes node that runs real containers, in namespaces of its own
# (mount, network, pid, uts, ipc, cgroup): up.sh FOLDER KUBE, where FOLDER keeps
# its data and KUBE is the program of build.sh. Prints the pid of its init, whose
# end takes everything with it. The host's firewall and forwarding stay as they are.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
NODE="$(realpath -m "$1")" KUBE=$2
export NODE KUBE
mkdir -p "$NODE"/{run,log,data,conf,cni}
for file in "$here"/conf/*; do
  case $file in *.conflist) folder=cni ;; *) folder=conf ;; esac
  sed "s#__NODE__#$NODE#g" "$file" >"$NODE/$folder/$(basename "$file")"
done
[ -f "$NODE/pki/admin.kubeconfig" ] ||
  bash "$here/../pki.sh" "$NODE/pki" https://10.99.0.2:6443 127.0.0.1 10.99.0.2 10.97.0.1

# A child cgroup in each hierarchy (v1), so that memory stays accounted below the caller.
setsid bash -c '
  for controller in cpu cpuacct cpuset memory devices freezer blkio pids systemd; do
    path=$(awk -F: -v c=$controller "{n=split(\$2,a,\",\"); for(i=1;i<=n;i++) if(a[i]==c||a[i]==\"name=\"c) print \$3}" /proc/self/cgroup)
    folder=/sys/fs/cgroup/$controller${path%/}/ml-node
    mkdir -p $folder
    echo $folder
    if [ $controller = cpuset ]; then
      cat ${folder%/ml-node}/cpuset.cpus >$folder/cpuset.cpus
      cat ${folder%/ml-node}/cpuset.mems >$folder/cpuset.mems
    fi
  done >"$NODE/run/cgroups"
  for folder in $(cat "$NODE/run/cgroups"); do echo $$ >$folder/cgroup.procs; done
  exec unshare --mount --net --pid --uts --ipc --cgroup --fork --kill-child bash "$0/node-init.sh"' \
  "$here" >"$NODE/log/init.log" 2>&1 </dev/null &
echo $! >"$NODE/run/unshare.pid"
for _ in $(seq 100); do
  init=$(pgrep -P "$(cat "$NODE/run/unshare.pid")" -f node-init.sh) && break
  sleep 0.05
done
echo "$init" >"$NODE/run/init.pid"
ip link add mlnode0 type veth peer name eth0 netns "$init"
ip addr add 10.99.0.1/30 dev mlnode0
ip link set mlnode0 up
# Users outside of a cluster reach neither pods nor Services; nothing leaves the machine instead.
for network in 10.244.0.0/16 10.97.0.0/16; do
  ip route replace unreachable "$network"
done
echo "$init"
