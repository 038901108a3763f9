import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { network } from './kept/layout.ts';

/** Names of the files in the directory that `makeCertificates` writes to. */
export const pki = {
  ca: 'ca.crt',
  server: { certificate: 'server.crt', key: 'server.key' },
  client: { certificate: 'admin.crt', key: 'admin.key' },
  accounts: { key: 'accounts.key', public: 'accounts.pub' },
};

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];

/**
 * Creates the cluster's CA, one certificate for its servers, one for its clients, and the signing key of its tokens.
 */
export async function makeCertificates(directory: string, server: { address: string; name: string }): Promise<void> {
  await mkdir(directory, { mode: 0o700 });
  await writeFile(join(directory, 'openssl.cnf'), configuration(server));
  const openssl = (...args: string[]) => execa('openssl', args, { cwd: directory });
  const certificate = (name: string, section: string, subject: string, ...signer: string[]) =>
    openssl(
      'req',
      '-x509',
      '-config',
      'openssl.cnf',
      '-extensions',
      section,
      '-subj',
      subject,
      '-days',
      '365',
      ...newKey,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      ...signer,
    );
  const tokens = openssl(
    'genpkey',
    '-algorithm',
    'EC',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-out',
    pki.accounts.key,
  );
  await certificate('ca', 'authority', '/CN=automtls');
  const signer = ['-CA', pki.ca, '-CAkey', 'ca.key'];
  await Promise.all([
    certificate('server', 'server', '/CN=automtls', ...signer),
    certificate('admin', 'client', '/O=system:masters/CN=automtls', ...signer),
    tokens.then(() => openssl('pkey', '-in', pki.accounts.key, '-pubout', '-out', pki.accounts.public)),
  ]);
}

function configuration({ address, name }: { address: string; name: string }): string {
  const hosts = ['localhost', name, 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const addresses = ['127.0.0.1', address, network.kubernetes];
  return `[req]
distinguished_name = subject
[subject]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[server]
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = ${[...hosts.map((host) => `DNS:${host}`), ...addresses.map((ip) => `IP:${ip}`)].join(', ')}
[client]
keyUsage = critical, digitalSignature
extendedKeyUsage = clientAuth
`;
}

/** Returns a kubeconfig with embedded certificates, so it needs no other file. */
export async function kubeconfig(
  directory: string,
  { name, server }: { name: string; server: string },
): Promise<string> {
  const base64 = (file: string) => readFile(join(directory, file), 'base64');
  const [ca, certificate, key] = await Promise.all([pki.ca, pki.client.certificate, pki.client.key].map(base64));
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name, user: { 'client-certificate-data': certificate, 'client-key-data': key } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
