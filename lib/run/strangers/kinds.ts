import type { Impostor, Stranger } from '../../model/index.ts';

/** The name of the strangers' namespace, as topologies name theirs. */
export const STRANGERS = 'strangers';

/** The Deployment of the strangers' and impostors' pod: curl, and an Envoy with all certificates. */
export const OUTSIDER = 'outsider';
/** The Deployment of the stranger on the network of a node. */
export const NODE = 'node';

/** Where each stranger's Envoy listens for requests that it is to make over TLS. */
export const askingPorts = {
  'no-certificate': 9001,
  'self-signed': 9002,
  'other-authority': 9003,
  'other-trust-domain': 9004,
  member: 9005,
} as const satisfies Partial<Record<Stranger, number>>;

/** Strangers that speak TLS. */
export type TlsStranger = keyof typeof askingPorts;

/** Where each impostor answers. */
export const answeringPorts = {
  'self-signed': 9101,
  'other-authority': 9102,
  'other-identity': 9103,
  named: 9104,
} as const satisfies Record<Impostor, number>;

/** Where a server answers that takes every certificate: the control of strangers. */
export const CONTROL_PORT = 9100;

/** The port of the impostors' Services. */
export const SERVICE_PORT = 8000;

/** Those who can only be made with the key of the mesh's authority. */
export const needsAuthority: ReadonlySet<Stranger | Impostor> = new Set([
  'other-trust-domain',
  'member',
  'other-identity',
  'named',
] as const);
