import { authenticationPolicy, destinationRule, peerAuthentication, service, workload } from '../fixtures.ts';
import { topologyOf } from '../topology.ts';
import type { KubeObject, World } from '../types.ts';
import { app, type Case, mixed, mutual, none, own, rule, withObjects } from './case.ts';

const inV1 = <T extends KubeObject>(object: T): T => ({
  ...object,
  apiVersion: object.apiVersion.replace(/v1.*$/, 'v1'),
});

/** Adds a server whose pods alone ask for a sidecar, as the world's release injects it. */
function labelled({ mesh, workloads, services }: World): void {
  const labels = { app: 'labelled', 'sidecar.istio.io/inject': 'true' };
  const deployment = {
    ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: 'full', name: 'labelled' } },
    spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'c', ports: [{ containerPort: 80 }] }] } } },
  };
  workloads.push(...topologyOf([deployment], mesh.release).workloads);
  services.push(service('full/labelled'));
}

/** Where releases differ, and the v1alpha1 policies of 1.4 and 1.5. */
export const releasesCases: Case[] = [
  {
    says: 'STRICT resets plain text in either way before 1.10',
    policies: [own('STRICT')],
    mesh: { release: '1.9' },
    from: 'legacy/sleep',
    comesTo: '52/56',
    by: ['peer-authentication.workload', 'client.no-sidecar', 'result.plain-text-ended'],
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
    by: ['policy.namespace', 'client.no-sidecar', 'result.plain-text-ended'],
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
    says: '1.4 with a policy of the next release',
    policies: [authenticationPolicy('default', { peers: [{ mtls: { mode: 'PERMISSIVE' } }] }), own('STRICT')],
    mesh: { release: '1.4' },
    from: 'legacy/sleep',
    comesTo: 'p',
    by: ['api.before-v1beta1', 'policy.mesh', 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'v1 before 1.22',
    policies: [inV1(own('STRICT')), inV1(rule('DISABLE'))],
    mesh: { release: '1.21' },
    comesTo: 'm',
    by: ['api.before-v1', none, ...mutual],
  },
  {
    says: 'headless in 1.4',
    policies: [authenticationPolicy('default', { peers: [{ mtls: { mode: 'PERMISSIVE' } }] })],
    changes: withObjects(service('full/one', { clusterIP: 'None', ports: [{ port: 8000 }] }), workload('full/one')),
    mesh: { release: '1.4' },
    to: 'full/one',
    comesTo: 'p',
    by: ['policy.mesh', 'auto-mtls.pass-through-left-out', 'result.plain-text'],
  },
  {
    says: 'load balancing PASSTHROUGH to a mixed Service before 1.10',
    policies: [destinationRule('partial/rule', 'httpbin', { loadBalancer: { simple: 'PASSTHROUGH' } })],
    mesh: { release: '1.9' },
    to: mixed,
    comesTo: 'm or 503',
    by: [
      none,
      'sidecar.none',
      'destination-rule.service-namespace',
      'destination-rule.no-tls',
      'auto-mtls.balanced-unseen',
      'result.mutual-tls',
      'result.mutual-tls-refused',
      'result.retried-elsewhere',
    ],
  },
  {
    says: 'a sidecar that the pods’ label alone asks for, before 1.10',
    policies: [peerAuthentication('full/wide', 'STRICT')],
    changes: labelled,
    mesh: { release: '1.9' },
    from: 'legacy/sleep',
    to: 'full/labelled',
    comesTo: 'p',
    by: ['sidecar.pod-labels-ignored', 'sidecar.none', 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'a rule for other clients, before 1.14',
    policies: [
      destinationRule('full/rule', 'httpbin', 'DISABLE', { workloadSelector: { matchLabels: { app: 'curl' } } }),
    ],
    mesh: { release: '1.13' },
    comesTo: 'p',
    by: [
      none,
      'destination-rule.selector-dropped',
      'destination-rule.client-namespace',
      'destination-rule.tls',
      'result.plain-text',
    ],
  },
  {
    says: 'a rule that is merged with one for others, before 1.24',
    policies: [
      destinationRule('partial/a', 'httpbin', 'SIMPLE'),
      destinationRule('partial/b', 'httpbin', 'DISABLE', { exportTo: ['legacy'] }),
    ],
    mesh: { release: '1.23' },
    to: mixed,
    comesTo: 'm or p',
    by: [
      none,
      'sidecar.none',
      'destination-rule.merged-across-exports',
      'auto-mtls.endpoint-with-sidecar',
      'auto-mtls.endpoint-without-sidecar',
      'result.mutual-tls',
      'result.plain-text',
    ],
  },
  {
    says: '1.31 with an old policy',
    policies: [authenticationPolicy('full/httpbin', { targets: [{ name: 'httpbin' }] })],
    comesTo: 'm',
    by: ['api.not-served', none, ...mutual],
  },
];
