import { certificatesBody, hash } from '../fixtures.ts';
import { hashesIn } from './certificates.ts';

test('the hash of a certificate is the one that X-Forwarded-Client-Cert shows', () => {
  expect(hashesIn(certificatesBody())).toEqual(new Set([hash]));
});

test.each([
  ['no JSON', '<html>'],
  ['JSON of somebody else', '[]'],
  ['null', 'null'],
  ['no certificates yet', '{"configs":[{"name":"default","secret":{}}]}'],
  [
    'rubbish instead of a certificate',
    JSON.stringify({ configs: [{ secret: { tls_certificate: { certificate_chain: { inline_bytes: 'eA==' } } } }] }),
  ],
])('%s has none', (_, body) => {
  expect(hashesIn(body).size).toBe(0);
});
