import { stringify } from 'yaml';
import { crdSchemas } from './crd-schemas.ts';

const crd = (kind: string, spec: object) => {
  const schema = { openAPIV3Schema: { type: 'object', properties: { spec } } };
  const versions = ['v1', 'v1beta1'].map((name) => ({ name, schema }));
  return stringify({
    kind: 'CustomResourceDefinition',
    spec: { group: 'security.istio.io', names: { kind }, versions },
  });
};

test('the kinds that steps may apply, without descriptions and with no fields but their own', () => {
  const mtls = {
    description: 'Modes.',
    type: 'object',
    nullable: true,
    properties: { mode: { description: 'It.', enum: ['STRICT'], type: 'string' }, description: { type: 'string' } },
  };
  const ports = { type: 'object', additionalProperties: mtls, 'x-kubernetes-validations': [{ rule: 'true' }] };
  const free = { type: 'object', properties: {}, 'x-kubernetes-preserve-unknown-fields': true };
  const either = { type: 'object', properties: { a: { type: 'string' } }, oneOf: [{ required: ['a'] }] };
  const spec = { type: 'object', properties: { mtls, ports, free, either } };
  const text = ['kind: Other', crd('PeerAuthentication', spec), crd('Gateway', spec), ''].join('---\n');
  const closed = {
    type: 'object',
    nullable: true,
    additionalProperties: false,
    properties: { mode: { enum: ['STRICT'], type: 'string' }, description: { type: 'string' } },
  };
  expect(crdSchemas(text)).toEqual({
    PeerAuthentication: {
      group: 'security.istio.io',
      versions: ['v1', 'v1beta1'],
      spec: {
        type: 'object',
        additionalProperties: false,
        properties: {
          mtls: closed,
          ports: { type: 'object', additionalProperties: closed },
          free: { type: 'object', properties: {} },
          either: { ...either, additionalProperties: false },
        },
      },
    },
  });
});
