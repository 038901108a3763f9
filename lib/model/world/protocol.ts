import type { Protocol } from '../expected.ts';
import type { Service } from '../types.ts';

/**
 * Returns whether sidecars pass on a protocol as bytes. They then add no headers, do not answer in place of the server,
 * and do not try another endpoint.
 * istio/istio pilot/pkg/networking/core/networkfilter.go.
 */
export function isPassedOn(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'https';
}

/** Returns what a port says of its protocol: its appProtocol, or else the prefix of its name (istio.io, "Protocol Selection"). */
export function declaredProtocol({ name = '', appProtocol }: NonNullable<Service['spec']['ports']>[number]): string {
  return appProtocol ?? (name.split('-')[0] as string);
}
