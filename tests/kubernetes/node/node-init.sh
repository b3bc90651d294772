#!/usr/bin/env bash
# First process of the node's namespaces: file systems, network, container
# runtime and Kubernetes. NODE and KUBE as in up.sh.
log="$NODE/log"
hostname node1
mount --make-rshared /
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t tmpfs tmpfs /sys/fs/cgroup
for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
  mkdir "/sys/fs/cgroup/$controller"
  mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
done
mkdir /sys/fs/cgroup/systemd
mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
mount -t tmpfs tmpfs /run
mkdir -p "$NODE/data/kubelet" /run/netns
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
ip link set lo up
until ip link show eth0 >/dev/null 2>&1; do sleep 0.05; done
ip addr add 10.99.0.2/30 dev eth0
ip link set eth0 up
ip route add default via 10.99.0.1
containerd --config "$NODE/conf/containerd.toml" >"$log/containerd.log" 2>&1 &
bash "$(dirname "$0")/kubernetes.sh"
trap 'exit 0' TERM
while :; do wait -n 2>/dev/null || sleep 1; done
