#!/bin/bash
# The task's own loop over its pairs, as its page has it: one kubectl exec a pair. Prints a line a pair.
# Takes the namespaces as FULL, PARTIAL and LEGACY, and kubectl's options as KUBECTL.
set -u
for from in "$FULL" "$LEGACY"; do
  for to in "$FULL" "$PARTIAL" "$LEGACY"; do
    echo "sleep.${from} to httpbin.${to}" $($KUBECTL exec "$($KUBECTL get pod -l app=sleep -n "$from" -o jsonpath={.items..metadata.name})" -c sleep -n "$from" -- \
      curl "http://httpbin.${to}:8000/headers" -s -w "response code: %{http_code}\n" 2>/dev/null | grep -E -o 'URI=spiffe.*sa/[a-z]*|response.*$')
  done
done
