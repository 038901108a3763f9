import type { Protocol } from '../../model/index.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { https, tcp } from './passed-on.ts';
import type { ProtocolAdapter } from './protocol.ts';

/** All protocols that a step can ask. */
export const protocols: Readonly<Record<Protocol, ProtocolAdapter>> = { http, grpc, tcp, https };

/** Returns the URL at which a server shows the request that it received. */
export function urlFor(protocol: Protocol, host: string, port: number): string {
  const { scheme, path } = protocols[protocol];
  return `${scheme}://${host}:${port}${path}`;
}
