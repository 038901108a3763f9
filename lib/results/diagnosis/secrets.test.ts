import { fileOf } from './file.ts';
import { withoutSecrets } from './secrets.ts';
import { relevantConfig } from './sidecar.ts';

const KEY = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----\n';
const TOKEN = `eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl`;

test.each([
  ['a key in the PEM format', { anything: [{ at: `x\n${KEY}` }] }],
  ['a key as bytes', { tls_certificate: { private_key: { inline_bytes: 'S0VZ' } } }],
  ['a token', { note: `Bearer ${TOKEN}` }],
  ['a password', { basic: { password: 'MIIEpAIBAAKCAQEA7' } }],
  ['a header that a route adds', { headers: { request: { set: { Authorization: 'MIIEpAIBAAKCAQEA7' } } } }],
  ['a header in a list', { header: { key: 'cookie', value: 'MIIEpAIBAAKCAQEA7' } }],
  ['a header of a condition', { when: [{ key: 'request.headers[x-api-key]', values: ['MIIEpAIBAAKCAQEA7'] }] }],
])('%s is removed', (_, data) => {
  const text = fileOf('about', data);
  expect(text).toContain('[removed]');
  for (const secret of ['MIIE', 'S0VZ', 'eyJ']) expect(text).not.toContain(secret);
});

test('what only sounds like a secret stays', () => {
  const data = {
    AuthorizationPolicy: [{ spec: { rules: [{ from: [{ source: { principals: ['*'] } }] }] } }],
    tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: { api_config_source: {} } }],
    certificates: '-----BEGIN CERTIFICATE-----',
    principal: 'cluster.local/ns/full/sa/token',
  };
  expect(withoutSecrets(data)).toEqual(data);
});

test('of a dump with a key, whatever part of it the key is in, no key is written', () => {
  const secret = { name: 'default', secret: { tls_certificate: { private_key: { inline_string: KEY } } } };
  const name = 'outbound|8000||httpbin.full.svc.cluster.local';
  const tls = { common_tls_context: { tls_certificates: [{ private_key: { inline_string: KEY } }] } };
  const dump = {
    configs: [
      { '@type': 'type.googleapis.com/envoy.admin.v3.SecretsConfigDump', dynamic_active_secrets: [secret] },
      { '@type': 'type.googleapis.com/envoy.admin.v3.BootstrapConfigDump', bootstrap: { node: { metadata: { KEY } } } },
      {
        '@type': 'type.googleapis.com/envoy.admin.v3.ClustersConfigDump',
        dynamic_active_clusters: [{ cluster: { name, transport_socket: { typed_config: tls }, metadata: { KEY } } }],
      },
    ],
  };
  const focus = { direction: 'outbound' as const, hosts: ['httpbin.full.svc.cluster.local'], ports: [8000] };
  const text = fileOf('about', relevantConfig(dump, focus));
  expect(text).toContain(name);
  expect(text).not.toMatch(/PRIVATE|MIIE|SecretsConfigDump|bootstrap/);
});
