#!/usr/bin/env bash
# Certificates and kubeconfigs of one cluster, made anew.
# Usage: pki.sh FOLDER SERVER-URL ADDRESS…   (addresses that the API server answers on)
# kubeconfigs hold their certificates themselves, as those do that people get: admin.kubeconfig,
# kubelet.kubeconfig. Files: ca, apiserver, kubelet, admin, node, fpca, fp (.crt, .key), sa.key.
set -euo pipefail
folder=$1 server=$2
shift 2
mkdir -p "$folder"
cd "$folder"
names='DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:localhost'
addresses=$(printf ',IP:%s' "$@")

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
authority() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -subj "/CN=$1" -days 30 -out "$1.crt"
}
# certificate NAME SUBJECT USAGE AUTHORITY [NAMES]
certificate() {
  key "$1"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA "$4.crt" -CAkey "$4.key" -CAcreateserial -days 30 -out "$1.crt" \
    -extfile <(printf 'extendedKeyUsage=%s\n%s\n' "$3" "${5:+subjectAltName=$5}") 2>/dev/null
  rm "$1.csr"
}
# kubeconfig NAME CERTIFICATE
kubeconfig() {
  (
    umask 077
    cat >"$1.kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: test
  cluster:
    server: $server
    certificate-authority-data: $(base64 -w0 ca.crt)
users:
- name: $2
  user:
    client-certificate-data: $(base64 -w0 "$2.crt")
    client-key-data: $(base64 -w0 "$2.key")
contexts:
- name: test
  context:
    cluster: test
    user: $2
current-context: test
YAML
  )
}

authority ca
authority fpca
key sa
certificate apiserver /CN=kube-apiserver serverAuth ca "$names$addresses"
certificate kubelet /CN=node1 serverAuth ca "DNS:node1$addresses"
certificate admin /O=system:masters/CN=admin clientAuth ca
certificate node /O=system:nodes/CN=system:node:node1 clientAuth ca
certificate fp /CN=front-proxy-client clientAuth fpca
kubeconfig admin admin
kubeconfig kubelet node
