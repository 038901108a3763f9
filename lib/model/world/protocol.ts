import type { Protocol } from '../expected.ts';
import type { Service } from '../types.ts';

type Port = NonNullable<Service['spec']['ports']>[number];

/**
 * Returns whether sidecars pass on a protocol as bytes. They then add no headers, do not answer in place of the server,
 * and do not try another endpoint.
 * istio/istio pilot/pkg/networking/core/networkfilter.go.
 */
export function isPassedOn(protocol: Protocol): boolean {
  return protocol === 'tcp' || protocol === 'https';
}

/** Returns what a port says of its protocol: its appProtocol, or else the prefix of its name (istio.io, "Protocol Selection"). */
export function declaredProtocol({ name = '', appProtocol }: Port): string {
  return appProtocol ?? (name.split('-')[0] as string);
}

/** Protocols of Istio's that come to one that the model takes. */
const protocols: Readonly<Record<string, Protocol>> = {
  http: 'http',
  http2: 'http',
  'kubernetes.io/h2c': 'http',
  'kubernetes.io/ws': 'http',
  grpc: 'grpc',
  'grpc-web': 'grpc',
  https: 'https',
  tls: 'https',
  'kubernetes.io/wss': 'https',
  tcp: 'tcp',
  mongo: 'tcp',
  mysql: 'tcp',
  redis: 'tcp',
};

/** Ports on which servers usually speak first: sidecars take these for TCP where nothing is declared. */
const wellKnown = new Set([25, 53, 3306, 27_017]);

/** Returns whether a port declares a protocol that Istio knows. */
export function declaresProtocol(port: Port): boolean {
  return protocols[declaredProtocol(port).toLowerCase()] !== undefined;
}

/** Returns a port's protocol as sidecars take it. Where none is declared they look, and take HTTP for HTTP. */
export function protocolTaken(port: Port): Protocol {
  return protocols[declaredProtocol(port).toLowerCase()] ?? (wellKnown.has(port.port) ? 'tcp' : 'http');
}
