import { X509Certificate } from 'node:crypto';
import { authorityIn, issued, makeKey, otherAuthority, selfSigned } from './certificates.ts';

const identity = 'spiffe://cluster.local/ns/full/sa/sleep';
const run = await makeKey();
const authority = otherAuthority(run);

/** Returns the certificates of a chain, the first one's own first. */
const chainOf = (pem: string) => pem.split(/(?=-----BEGIN)/).map((one) => new X509Certificate(one));

test('a self-signed certificate has the identity as its only name, and is signed by its own key', () => {
  const [own, ...others] = chainOf(selfSigned(run, identity).chain);
  expect(others).toEqual([]);
  expect(own?.subjectAltName).toBe(`URI:${identity}`);
  expect(own?.verify(own.publicKey)).toBe(true);
  expect(own?.ca).toBe(false);
});

test('one that an authority has issued comes with that authority', async () => {
  const [own, above] = chainOf(issued(await makeKey(), authority, identity).chain);
  expect(own?.subjectAltName).toBe(`URI:${identity}`);
  expect(above?.ca).toBe(true);
  expect(own?.checkIssued(above as X509Certificate)).toBe(true);
  expect(own?.verify(above?.publicKey as never)).toBe(true);
  expect(own?.verify(own.publicKey)).toBe(false);
});

test('it is valid now, and no longer than a day', () => {
  const [own] = chainOf(selfSigned(run, identity).chain);
  expect(Date.parse(own?.validFrom ?? '')).toBeLessThan(Date.now());
  expect(Date.parse(own?.validTo ?? '') - Date.now()).toBeGreaterThan(80_000_000);
  expect(Date.parse(own?.validTo ?? '') - Date.now()).toBeLessThanOrEqual(86_400_000);
});

test('the authority of a mesh is read from its Secret', () => {
  const data = { 'ca-cert.pem': authority.chain, 'ca-key.pem': run.pem };
  const encoded = Object.fromEntries(
    Object.entries(data).map(([name, text]) => [name, Buffer.from(text).toString('base64')]),
  );
  const [own, above, ...others] = chainOf(issued(run, authorityIn(encoded), identity).chain);
  expect(own?.verify(above?.publicKey as never)).toBe(true);
  expect(others).toEqual([]);
});

test('a Secret of another form is an error', () => {
  expect(() => authorityIn({ 'tls.crt': '' })).toThrow();
});
