import type { Protocol } from '../../model/types.ts';
import { grpc } from './grpc.ts';
import { http } from './http.ts';
import { https, tcp } from './passed-on.ts';
import type { ProtocolAdapter } from './protocol.ts';

/** Every protocol that can be asked. */
export const protocols: Readonly<Record<Protocol, ProtocolAdapter>> = { http, grpc, tcp, https };

/** Returns the URL with which a protocol's servers show what reached them. */
export function urlFor(protocol: Protocol, host: string, port: number): string {
  const { scheme, path } = protocols[protocol];
  return `${scheme}://${host}:${port}${path}`;
}
