import type { Protocol } from './types.ts';

/**
 * Returns whether sidecars pass a protocol on as bytes: they neither add headers, nor answer in a server's place, nor
 * try another endpoint. istio/istio pilot/pkg/networking/core/networkfilter.go.
 */
export function isPassedOn(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'https';
}
