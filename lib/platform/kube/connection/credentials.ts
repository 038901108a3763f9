import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { messageOf, UsageError } from '../../errors.ts';

interface Credential {
  /** The name of the field in a kubeconfig. */
  field: string;
  /** Base64, if the kubeconfig is valid; client-node returns whatever the file contains. */
  data: unknown;
  path: string | undefined;
  read: (pem: Buffer) => unknown;
}

/**
 * Checks that the certificates and the key of the current context can be parsed. TLS would report an invalid one in its
 * own words, and an invalid certificate authority not at all.
 * @param file the kubeconfig, for the message
 * @throws UsageError if one cannot be read or parsed
 */
export function assertCredentials(config: KubeConfig, file: string): void {
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  const certificate = (pem: Buffer): unknown => new X509Certificate(pem);
  const all: Credential[] = [
    { field: 'certificate-authority', data: cluster?.caData, path: cluster?.caFile, read: certificate },
    { field: 'client-certificate', data: user?.certData, path: user?.certFile, read: certificate },
    { field: 'client-key', data: user?.keyData, path: user?.keyFile, read: createPrivateKey },
  ];
  for (const credential of all) assertReadable(credential, file);
}

function assertReadable({ field, data, path, read }: Credential, file: string): void {
  if (!data && !path) return;
  const pem = data ? Buffer.from(String(data), 'base64') : bytesIn(path as string, field, file);
  try {
    read(pem);
  } catch {
    const where = data ? `a ${field}-data` : `the ${field} ${path}`;
    const what = read === createPrivateKey ? 'private key' : 'certificate';
    throw new UsageError(
      `The kubeconfig ${file} has ${where} that is not a ${what} in PEM: get a new kubeconfig from the cluster's administrator, or name another with --kubeconfig.`,
    );
  }
}

function bytesIn(path: string, field: string, file: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new UsageError(
      `The kubeconfig ${file} names a ${field} that cannot be read (${messageOf(error)}): create it, or name another kubeconfig with --kubeconfig.`,
    );
  }
}
