import type { Service } from '../../model/types.ts';
import { acceptedIn } from './names.ts';

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'full', name: 'httpbin' },
  spec: { ports: [{ port: 8000 }] },
} as Service;
const name = 'outbound|8000||httpbin.full.svc.cluster.local';
const own = 'spiffe://cluster.local/ns/full/sa/httpbin';

const socketOf = (validation: object, authority = 'ROOTCA') => ({
  typed_config: {
    common_tls_context: {
      combined_validation_context: {
        default_validation_context: validation,
        validation_context_sds_secret_config: { name: authority },
      },
    },
  },
});
const found = (validation: object, { authority = 'ROOTCA', trusts = true } = {}) => ({
  clusters: [
    { name, transport_socket_matches: [{ name: 'tlsMode-istio', transport_socket: socketOf(validation, authority) }] },
  ],
  trusts,
});

test('names of both forms, each once, in order', () => {
  const validation = {
    match_subject_alt_names: [{ exact: own }],
    match_typed_subject_alt_names: [{ matcher: { exact: own } }, { matcher: { prefix: 'spiffe://' } }],
  };
  expect(acceptedIn(found(validation), service, 8000)).toEqual([own, '{"prefix":"spiffe://"}']);
});

test('a rule’s own TLS has its names in one place for all endpoints', () => {
  const clusters = [{ name, transport_socket: socketOf({ match_subject_alt_names: [{ exact: own }] }) }];
  expect(acceptedIn({ clusters, trusts: true }, service, 8000)).toEqual([own]);
});

test('no names at all are none, not unknown', () => {
  expect(acceptedIn(found({}), service, 8000)).toEqual([]);
});

test('what cannot be told is a sentence', () => {
  expect(acceptedIn({ clusters: [], trusts: true }, service, 8000)).toMatch(/has no cluster/);
  expect(acceptedIn({ clusters: [{ name }], trusts: true }, service, 8000)).toMatch(/has no mutual TLS/);
  expect(acceptedIn(found({}, { trusts: false }), service, 8000)).toMatch(/has no certificate/);
  expect(acceptedIn(found({}, { authority: 'other' }), service, 8000)).toMatch(/has no certificate/);
});
