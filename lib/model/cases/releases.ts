import { authenticationPolicy, destinationRule } from '../fixtures.ts';
import { app, type Case, mutual, none, own } from './case.ts';

/** Where releases differ, and the v1alpha1 policies of 1.4 and 1.5. */
export const releasesCases: Case[] = [
  {
    says: 'STRICT resets plain text in either way before 1.10',
    policies: [own('STRICT')],
    mesh: { release: '1.9' },
    from: 'legacy/sleep',
    comesTo: '52/56',
    by: ['peer-authentication.workload', 'client.no-sidecar', 'result.plain-text-reset'],
  },
  {
    says: 'a workload DISABLE before 1.12',
    policies: [own('DISABLE')],
    mesh: { release: '1.11' },
    comesTo: '503',
    by: ['peer-authentication.workload', 'auto-mtls.endpoint-with-sidecar', 'result.mutual-tls-refused'],
  },
  {
    says: 'before 1.19 a subset’s DISABLE marks its pods for everyone',
    policies: [
      destinationRule('full/rule', 'httpbin', undefined, {
        subsets: [{ name: 'v', labels: app, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
      }),
    ],
    mesh: { release: '1.18' },
    comesTo: 'p',
    by: [
      none,
      'destination-rule.client-namespace',
      'destination-rule.no-tls',
      'destination-rule.subset-of-endpoint',
      'result.plain-text',
    ],
  },
  {
    says: 'from 1.19 it marks them for those who ask the subset',
    policies: [
      destinationRule('full/rule', 'httpbin', undefined, {
        subsets: [{ name: 'v', labels: app, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
      }),
    ],
    mesh: { release: '1.19' },
    comesTo: 'm',
    by: [none, 'destination-rule.client-namespace', 'destination-rule.no-tls', ...mutual],
  },
  {
    says: '1.4 without a policy',
    mesh: { release: '1.4' },
    comesTo: 'p',
    by: ['policy.none', 'auto-mtls.disabled-scope', 'result.plain-text'],
  },
  {
    says: '1.4 with a Service’s policy',
    policies: [authenticationPolicy('full/httpbin', { targets: [{ name: 'httpbin' }], peers: [{ mtls: null }] })],
    mesh: { release: '1.4' },
    comesTo: 'm',
    by: ['policy.service', ...mutual],
  },
  {
    says: '1.4 with a namespace’s policy',
    policies: [authenticationPolicy('full/default', { peers: [{ mtls: null }] })],
    mesh: { release: '1.4' },
    from: 'legacy/sleep',
    comesTo: '52/56',
    by: ['policy.namespace', 'client.no-sidecar', 'result.plain-text-reset'],
  },
  {
    says: '1.4 with a MeshPolicy',
    policies: [authenticationPolicy('default', { peers: [{ mtls: { mode: 'PERMISSIVE' } }] })],
    mesh: { release: '1.4' },
    comesTo: 'm',
    by: ['policy.mesh', ...mutual],
  },
  {
    says: '1.5 with both',
    policies: [authenticationPolicy('full/httpbin', { targets: [{ name: 'httpbin' }] }), own('STRICT')],
    mesh: { release: '1.5' },
    comesTo: '503',
    by: [
      'policy.superseded',
      'peer-authentication.workload',
      'policy.service',
      'auto-mtls.disabled-scope',
      'result.plain-text-refused',
    ],
  },
  {
    says: '1.31 with an old policy',
    policies: [authenticationPolicy('full/httpbin', { targets: [{ name: 'httpbin' }] })],
    comesTo: 'm',
    by: ['api.not-served', none, ...mutual],
  },
];
