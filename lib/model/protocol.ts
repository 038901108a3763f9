import type { Protocol } from './types.ts';

/**
 * Returns whether sidecars pass on a protocol as bytes. They then add no headers, do not answer in place of the server,
 * and do not try another endpoint.
 * istio/istio pilot/pkg/networking/core/networkfilter.go.
 */
export function isPassedOn(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'https';
}
