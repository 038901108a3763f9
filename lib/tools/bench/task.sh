#!/bin/bash
# The whole task, as a careful person would script it with kubectl: deploy, wait in each step until the matrix is as on
# the task's page, and delete. Prints `verdict` and `gone`, each with the milliseconds since the start.
# Environment: the namespaces FULL, PARTIAL and LEGACY, kubectl with its options as KUBECTL, the manifests in DIR.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
begun=$(date +%s%3N)
stamp() { echo "$1 $(($(date +%s%3N) - begun))"; }

# Either endpoint of httpbin.partial may answer, so its identity is not compared.
matrix() { "$here/matrix.sh" | sed -E "/httpbin.$PARTIAL/s/URI=[^ ]* //; s/URI=[^ ]*/mTLS/; s/^sleep[^ ]* to [^ ]* //; s/response code: //" | paste -sd,; }
await() { for _ in $(seq 100); do [ "$(matrix)" = "$1" ] && return; done; echo "never came to $1, last was $(matrix)" >&2; exit 1; }

$KUBECTL apply -f "$DIR/workloads.yaml" >/dev/null
for namespace in "$FULL" "$PARTIAL" "$LEGACY"; do
  $KUBECTL wait -n "$namespace" --for=condition=Available deployment --all --timeout=120s >/dev/null
done
await 'mTLS 200,200,200,200,200,200'
for _ in $(seq 10); do
  $KUBECTL exec -n "$FULL" deploy/sleep -c sleep -- curl -s "http://httpbin.$PARTIAL:8000/headers" >/dev/null
done
$KUBECTL apply -f "$DIR/strict.yaml" >/dev/null
await 'mTLS 200,200,200,000,200,200'
$KUBECTL apply -f "$DIR/disable.yaml" >/dev/null
await '200,200,200,200,200,200'
$KUBECTL apply -f "$DIR/rule.yaml" >/dev/null
await '503,200,200,200,200,200'
stamp verdict
$KUBECTL delete namespace "$FULL" "$PARTIAL" "$LEGACY" >/dev/null
stamp gone
