import { destinationRule, service, workload } from '../fixtures.ts';
import { app, type Case, mixed, mutual, none, rule, wide, withObjects } from './case.ts';

const alias = service('legacy/alias', { type: 'ExternalName', externalName: 'httpbin.full.svc.cluster.local' });

function headless(path: string) {
  return service(path, { clusterIP: 'None', ports: [{ name: 'http', port: 8000, targetPort: 8000 }] });
}

/** Subsets, headless Services, Services without endpoints and ExternalName. */
export const servicesCases: Case[] = [
  {
    says: 'a subset',
    policies: [
      destinationRule('full/rule', 'httpbin', 'DISABLE', {
        subsets: [{ name: 'v', labels: app, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } }],
      }),
    ],
    subset: 'v',
    comesTo: 'm',
    by: [none, 'destination-rule.client-namespace', 'destination-rule.tls', 'result.mutual-tls'],
  },
  {
    says: 'a subset of the pods',
    policies: [
      destinationRule('partial/rule', 'httpbin', undefined, {
        subsets: [{ name: 'v', labels: { version: 'nosidecar' } }],
      }),
    ],
    subset: 'v',
    to: mixed,
    comesTo: 'p',
    by: [
      'sidecar.none',
      'destination-rule.service-namespace',
      'destination-rule.no-tls',
      'auto-mtls.endpoint-without-sidecar',
      'result.plain-text',
    ],
  },
  {
    says: 'a subset that no pod is in',
    policies: [
      destinationRule('full/rule', 'httpbin', undefined, { subsets: [{ name: 'v', labels: { version: 'v9' } }] }),
    ],
    subset: 'v',
    comesTo: '503',
    by: ['destination-rule.client-namespace', 'destination-rule.no-tls', 'destination-rule.empty-subset'],
  },
  {
    says: 'a subset that no pod is in, with a mode',
    policies: [
      destinationRule('full/rule', 'httpbin', 'DISABLE', { subsets: [{ name: 'v', labels: { version: 'v9' } }] }),
    ],
    subset: 'v',
    comesTo: '503',
    by: ['destination-rule.client-namespace', 'destination-rule.tls', 'destination-rule.empty-subset'],
  },
  {
    says: 'a subset of a headless Service does not choose among its pods',
    policies: [
      destinationRule('full/rule', 'both', undefined, { subsets: [{ name: 'v', labels: { version: 'v9' } }] }),
    ],
    changes: withObjects(headless('full/both'), workload('full/one', { labels: { app: 'both' } })),
    to: 'full/both',
    subset: 'v',
    comesTo: 'm',
    by: [
      none,
      'destination-rule.client-namespace',
      'destination-rule.no-tls',
      'auto-mtls.pass-through-all-sidecars',
      'result.mutual-tls',
    ],
  },
  {
    says: 'a subset that no rule defines',
    policies: [rule('DISABLE')],
    subset: 'v',
    comesTo: '503',
    by: ['destination-rule.unknown-subset'],
  },
  { says: 'a subset without any rule', subset: 'v', comesTo: '503', by: ['destination-rule.unknown-subset'] },
  {
    says: 'subsets are nothing to a client without a sidecar',
    subset: 'v',
    from: 'legacy/sleep',
    comesTo: 'p',
    by: [none, 'client.no-sidecar', 'result.plain-text'],
  },
  {
    says: 'headless, one without a sidecar',
    changes: withObjects(
      headless('full/both'),
      workload('full/one', { labels: { app: 'both' } }),
      workload('full/two', { labels: { app: 'both' }, sidecar: false }),
    ),
    to: 'full/both',
    comesTo: 'p',
    by: [none, 'sidecar.none', 'auto-mtls.pass-through-mixed', 'result.plain-text'],
  },
  {
    says: 'headless, all with a sidecar',
    changes: withObjects(headless('full/one'), workload('full/one')),
    to: 'full/one',
    comesTo: 'm',
    by: [none, 'auto-mtls.pass-through-all-sidecars', 'result.mutual-tls'],
  },
  {
    says: 'headless in 1.6',
    changes: withObjects(headless('full/one'), workload('full/one')),
    mesh: { release: '1.6' },
    to: 'full/one',
    comesTo: 'p',
    by: [none, 'auto-mtls.pass-through-plain', 'result.plain-text'],
  },
  {
    says: 'headless in 1.5',
    changes: withObjects(headless('full/one'), workload('full/one')),
    mesh: { release: '1.5' },
    to: 'full/one',
    comesTo: 'm',
    by: [none, 'auto-mtls.pass-through-unseen', 'result.mutual-tls'],
  },
  {
    says: 'headless, to a port that is the Service’s alone',
    changes: withObjects(service('full/one', { clusterIP: 'None' }), workload('full/one')),
    to: 'full/one',
    comesTo: '503',
    by: [none, 'auto-mtls.pass-through-all-sidecars', 'result.nothing-listens'],
  },
  {
    says: 'headless, to a port that is the Service’s alone, with no sidecar anywhere',
    changes: withObjects(service('full/one', { clusterIP: 'None' }), workload('full/one', { sidecar: false })),
    from: 'legacy/sleep',
    to: 'full/one',
    comesTo: '7',
    by: ['sidecar.none', 'client.no-sidecar', 'result.nothing-listens'],
  },
  {
    says: 'no endpoints',
    changes: withObjects(service('full/empty')),
    to: 'full/empty',
    comesTo: '503',
    by: ['result.no-endpoints'],
  },
  {
    says: 'no endpoints, without a sidecar',
    changes: withObjects(service('full/empty')),
    from: 'legacy/sleep',
    to: 'full/empty',
    comesTo: '7',
    by: ['client.no-sidecar', 'result.no-endpoints'],
  },
  {
    says: 'no endpoints, headless: the name does not resolve',
    changes: withObjects(headless('full/empty')),
    to: 'full/empty',
    comesTo: '6',
    by: ['auto-mtls.pass-through-mixed', 'result.no-endpoints'],
  },
  {
    says: 'ExternalName from 1.21',
    changes: withObjects(alias),
    policies: [wide('STRICT')],
    to: 'legacy/alias',
    comesTo: 'm',
    by: ['external-name.alias', 'peer-authentication.namespace', ...mutual],
  },
  {
    says: 'ExternalName to 1.20',
    changes: withObjects(alias),
    policies: [wide('STRICT')],
    mesh: { release: '1.20' },
    to: 'legacy/alias',
    comesTo: '503',
    by: ['external-name.external', 'peer-authentication.namespace', 'result.plain-text-refused'],
  },
  {
    says: 'a rule for the alias counts to 1.20',
    changes: withObjects(alias),
    policies: [wide('STRICT'), destinationRule('legacy/rule', 'alias', 'ISTIO_MUTUAL')],
    mesh: { release: '1.20' },
    to: 'legacy/alias',
    comesTo: 'm',
    by: [
      'external-name.external',
      'peer-authentication.namespace',
      'destination-rule.service-namespace',
      'destination-rule.tls',
      'result.mutual-tls',
    ],
  },
  {
    says: 'ExternalName to 1.20 of a mixed Service, by rule: kube-proxy draws for each retry',
    changes: withObjects(
      service('legacy/other', { type: 'ExternalName', externalName: 'httpbin.partial.svc.cluster.local' }),
    ),
    policies: [destinationRule('legacy/rule', 'other', 'ISTIO_MUTUAL')],
    mesh: { release: '1.20' },
    to: 'legacy/other',
    comesTo: 'm or 503',
    by: [
      'external-name.external',
      none,
      'sidecar.none',
      'destination-rule.service-namespace',
      'destination-rule.tls',
      'result.mutual-tls',
      'result.mutual-tls-refused',
      'result.retried-elsewhere',
    ],
  },
  {
    says: 'a rule for the target counts from 1.21',
    changes: withObjects(alias),
    policies: [rule('DISABLE'), destinationRule('legacy/rule', 'alias', 'SIMPLE')],
    to: 'legacy/alias',
    comesTo: 'p',
    by: ['external-name.alias', none, 'destination-rule.client-namespace', 'destination-rule.tls', 'result.plain-text'],
  },
  {
    says: 'ExternalName without a sidecar',
    changes: withObjects(alias),
    mesh: { release: '1.20' },
    from: 'legacy/sleep',
    to: 'legacy/alias',
    comesTo: 'p',
    by: ['external-name.alias', none, 'client.no-sidecar', 'result.plain-text'],
  },
];
