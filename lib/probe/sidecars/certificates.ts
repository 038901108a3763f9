import { X509Certificate } from 'node:crypto';
import type { Target } from '../types.ts';

// Anybody can write the right identity into a header. The hash of a certificate can only be learnt from the sidecar that
// has it, or in a handshake with that sidecar.

/** What a client's sidecar answers about its certificates, without their keys. It answers only inside its pod. */
export const certificatesTarget: Target = {
  url: 'http://localhost:15000/config_dump?resource=dynamic_active_secrets',
  protocol: 'http',
};

/** The part of that answer that is read. Source: envoyproxy.io, admin/v3/config_dump.proto, SecretsConfigDump. */
interface SecretsDump {
  configs?: { secret?: { tls_certificate?: { certificate_chain?: { inline_bytes?: string } } } }[];
}

/**
 * Returns the SHA-256 hash of each certificate in a sidecar's answer, in hexadecimal as in X-Forwarded-Client-Cert; none if
 * the answer is somebody else's.
 */
export function hashesIn(body: string): Set<string> {
  try {
    const { configs = [] } = JSON.parse(body) as SecretsDump;
    const chains = configs.flatMap(({ secret }) => secret?.tls_certificate?.certificate_chain?.inline_bytes ?? []);
    return new Set(chains.map((chain) => hashOf(Buffer.from(chain, 'base64'))));
  } catch {
    return new Set();
  }
}

/** Returns the hash of the first certificate of a chain in the PEM format: the sidecar's own. */
function hashOf(chain: Buffer): string {
  return new X509Certificate(chain).fingerprint256.replaceAll(':', '').toLowerCase();
}
