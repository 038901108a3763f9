import { constants, createPrivateKey, generateKeyPair, type KeyObject, privateEncrypt } from 'node:crypto';
import { promisify } from 'node:util';
import forge from 'node-forge';

// Certificates that strangers show. They are made anew for each run, and what was issued by the mesh's authority is
// valid for a day.

/** A certificate with its chain and its key, in the PEM format. */
export interface Certified {
  chain: string;
  key: string;
}

/** Who can sign certificates. */
export interface Authority {
  certificate: forge.pki.Certificate;
  key: KeyObject;
  /** The certificates between those that it issues and the root. */
  chain: string;
}

/** The key of all certificates of a run: who checks them does so by their signatures and names, not by their keys. */
export interface RunKey {
  key: KeyObject;
  pem: string;
  publicKey: forge.pki.PublicKey;
}

const DAY_MS = 86_400_000;

/** How far the clock of another machine may be behind. */
const EARLIER_MS = 3_600_000;

/** Makes a key. */
export async function makeKey(): Promise<RunKey> {
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return {
    key: privateKey,
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString()),
  };
}

/** Returns a certificate that its own key has signed. */
export function selfSigned(run: RunKey, identity: string): Certified {
  const certificate = drafted(run, identity);
  certificate.setIssuer(certificate.subject.attributes);
  signed(certificate, run.key);
  return { chain: forge.pki.certificateToPem(certificate), key: run.pem };
}

/** Returns a certificate that an authority has issued. */
export function issued(run: RunKey, authority: Authority, identity: string): Certified {
  const certificate = drafted(run, identity);
  certificate.setIssuer(authority.certificate.subject.attributes);
  signed(certificate, authority.key);
  return { chain: forge.pki.certificateToPem(certificate) + authority.chain, key: run.pem };
}

/** Makes an authority of which no mesh knows. */
export function otherAuthority(run: RunKey): Authority {
  const certificate = forge.pki.createCertificate();
  const name = [{ name: 'organizationName', value: 'another authority' }];
  dated(certificate, run);
  certificate.setSubject(name);
  certificate.setIssuer(name);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, critical: true },
  ]);
  signed(certificate, run.key);
  return { certificate, key: run.key, chain: forge.pki.certificateToPem(certificate) };
}

/**
 * Returns the authority in a Secret of Istio's: istio-ca-secret or cacerts.
 * @param data the Secret's, in base64
 * @throws Error if the Secret has another form
 */
export function authorityIn(data: Record<string, string>): Authority {
  const text = (name: string): string => Buffer.from(data[name] ?? '', 'base64').toString();
  const certificate = text('ca-cert.pem');
  return {
    certificate: forge.pki.certificateFromPem(certificate),
    key: createPrivateKey(text('ca-key.pem')),
    chain: ensureEnd(certificate) + text('cert-chain.pem'),
  };
}

function ensureEnd(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`;
}

/** Returns a certificate as Istio's have it, without a signature: no subject, and the identity as its only name. */
function drafted(run: RunKey, identity: string): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  dated(certificate, run);
  certificate.setSubject([{ name: 'organizationName', value: 'automtls' }]);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
    // 6 is a URI.
    { name: 'subjectAltName', altNames: [{ type: 6, value: identity }] },
  ]);
  return certificate;
}

function dated(certificate: forge.pki.Certificate, { publicKey }: RunKey): void {
  certificate.publicKey = publicKey;
  certificate.serialNumber = `01${crypto.randomUUID().replaceAll('-', '')}`;
  certificate.validity.notBefore = new Date(Date.now() - EARLIER_MS);
  certificate.validity.notAfter = new Date(Date.now() + DAY_MS);
}

/** What PKCS #1 puts before a SHA-256 digest that is signed. */
const SHA256_PREFIX = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Signs with Node's own RSA: that of node-forge takes a hundred times as long, during which nothing else runs. */
function signed(certificate: forge.pki.Certificate, key: KeyObject): void {
  const sign = (digest: forge.md.MessageDigest): string => {
    const bytes = Buffer.from(digest.digest().getBytes(), 'binary');
    const input = Buffer.concat([SHA256_PREFIX, bytes]);
    return privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, input).toString('binary');
  };
  certificate.sign({ sign } as unknown as forge.pki.rsa.PrivateKey, forge.md.sha256.create());
}
