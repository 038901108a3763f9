#!/bin/bash
# The loop over all pairs from the task's page, with one kubectl exec for each pair. Prints one line for each pair.
# Environment: the namespaces FULL, PARTIAL and LEGACY, and kubectl with its options as KUBECTL.
set -u
for from in "$FULL" "$LEGACY"; do
  for to in "$FULL" "$PARTIAL" "$LEGACY"; do
    echo "sleep.${from} to httpbin.${to}" $($KUBECTL exec "$($KUBECTL get pod -l app=sleep -n "$from" -o jsonpath={.items..metadata.name})" -c sleep -n "$from" -- \
      curl "http://httpbin.${to}:8000/headers" -s -w "response code: %{http_code}\n" 2>/dev/null | grep -E -o 'URI=spiffe.*sa/[a-z]*|response.*$')
  done
done
