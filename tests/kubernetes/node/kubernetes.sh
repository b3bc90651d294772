#!/usr/bin/env bash
# Starts Kubernetes inside of the node's namespaces; returns once the API server answers.
pki="$NODE/pki" log="$NODE/log" address=10.99.0.2
cd "$NODE"
"$KUBE" etcd -client http://127.0.0.1:12379 -peer http://127.0.0.1:12380 -unsafe-no-fsync "$NODE/data/etcd" >"$log/etcd.log" 2>&1 &
"$KUBE" kube-apiserver --etcd-servers=http://127.0.0.1:12379 --bind-address=0.0.0.0 --advertise-address=$address --secure-port=6443 \
  --tls-cert-file="$pki/apiserver.crt" --tls-private-key-file="$pki/apiserver.key" --client-ca-file="$pki/ca.crt" \
  --kubelet-client-certificate="$pki/admin.crt" --kubelet-client-key="$pki/admin.key" --kubelet-certificate-authority="$pki/ca.crt" \
  --kubelet-preferred-address-types=InternalIP --authorization-mode=Node,RBAC --allow-privileged \
  --requestheader-client-ca-file="$pki/fpca.crt" --requestheader-allowed-names=front-proxy-client \
  --requestheader-username-headers=X-Remote-User --requestheader-group-headers=X-Remote-Group --requestheader-extra-headers-prefix=X-Remote-Extra- \
  --proxy-client-cert-file="$pki/fp.crt" --proxy-client-key-file="$pki/fp.key" \
  --service-account-key-file="$pki/sa.key" --service-account-signing-key-file="$pki/sa.key" --service-account-issuer=https://kubernetes.default.svc \
  --service-cluster-ip-range=10.97.0.0/16 --enable-admission-plugins=NodeRestriction >"$log/apiserver.log" 2>&1 &
# Autoscalers act within a test, not within minutes.
"$KUBE" kube-controller-manager --kubeconfig="$pki/admin.kubeconfig" --leader-elect=false --use-service-account-credentials \
  --service-account-private-key-file="$pki/sa.key" --root-ca-file="$pki/ca.crt" --cluster-cidr=10.244.0.0/16 \
  --enable-hostpath-provisioner --horizontal-pod-autoscaler-sync-period=2s \
  --horizontal-pod-autoscaler-downscale-stabilization=10s --horizontal-pod-autoscaler-cpu-initialization-period=20s \
  --horizontal-pod-autoscaler-initial-readiness-delay=5s >"$log/kcm.log" 2>&1 &
"$KUBE" kube-scheduler --kubeconfig="$pki/admin.kubeconfig" --leader-elect=false >"$log/scheduler.log" 2>&1 &
until curl -sf --cacert "$pki/ca.crt" --cert "$pki/admin.crt" --key "$pki/admin.key" https://$address:6443/readyz >/dev/null; do sleep 0.2; done
"$KUBE" kubelet --config="$NODE/conf/kubelet.yaml" --kubeconfig="$pki/kubelet.kubeconfig" --hostname-override=node1 --node-ip=$address \
  --root-dir="$NODE/data/kubelet" --cert-dir="$pki" -v=2 >"$log/kubelet.log" 2>&1 &
"$KUBE" kube-proxy --config="$NODE/conf/proxy.yaml" --hostname-override=node1 >"$log/proxy.log" 2>&1 &
