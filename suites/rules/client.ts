import { app, full, hostOf, httpbin, legacy, partial, peer, rule, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

const own = { selector: app };
const selecting = (name: string) => ({ workloadSelector: { matchLabels: { app: name } } });
const fullToFull = { from: sleep.full, to: httpbin.full };
const wild = `*.${full}.svc.cluster.local`;

/** A rule that accepts servers with these accounts alone. */
const naming = (...accounts: string[]) =>
  rule(`${full}/rule`, 'httpbin', {
    tls: {
      mode: 'ISTIO_MUTUAL',
      subjectAltNames: accounts.map((account) => `spiffe://cluster.local/ns/${full}/sa/${account}`),
    },
  });

/** The effects of DestinationRules on a client's sidecar, and of auto mTLS without a rule. */
export const clientWitnesses: Witness[] = [
  {
    name: 'rule-disable',
    says: 'DISABLE sends plain text, which STRICT cuts off',
    objects: [peer(`${full}/own`, 'STRICT', own), rule(`${full}/rule`, 'httpbin', 'DISABLE')],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.tls', 'destination-rule.client-namespace', 'result.plain-text-refused'],
  },
  {
    name: 'sidecars',
    says: 'without a rule sidecars speak mutual TLS, STRICT or not',
    objects: [peer(`${full}/own`, 'STRICT', own)],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['auto-mtls.endpoint-with-sidecar', 'result.mutual-tls'],
  },
  {
    name: 'workload-disable',
    says: 'plain text to pods whose own policy is DISABLE',
    since: '1.12',
    objects: [peer(`${full}/own`, 'DISABLE', own)],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['auto-mtls.endpoint-disabled'],
  },
  {
    name: 'workload-disable-unseen',
    says: 'mutual TLS to pods whose own policy is DISABLE, which refuse it',
    until: '1.12',
    objects: [peer(`${full}/own`, 'DISABLE', own)],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['auto-mtls.endpoint-with-sidecar', 'result.mutual-tls-refused'],
  },
  {
    name: 'no-tls',
    says: 'a rule without TLS settings leaves the choice to auto mTLS',
    objects: [rule(`${full}/rule`, 'httpbin', { loadBalancer: { simple: 'RANDOM' } })],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['destination-rule.no-tls', 'auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'namespace-disable',
    says: 'DISABLE for the namespace: plain text even to a workload that is STRICT',
    objects: [peer(`${full}/wide`, 'DISABLE'), peer(`${full}/own`, 'STRICT', own)],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['auto-mtls.disabled-scope'],
  },
  {
    name: 'mutual-to-none',
    says: 'ISTIO_MUTUAL to a server without a sidecar',
    objects: [rule(`${legacy}/rule`, 'httpbin', 'ISTIO_MUTUAL')],
    ...{ from: sleep.full, to: httpbin.legacy, comesTo: '503' },
    by: ['result.mutual-tls-refused', 'destination-rule.service-namespace', 'destination-rule.tls'],
  },
  {
    name: 'plain-to-none',
    says: 'plain text to a server without a sidecar',
    objects: [],
    ...{ from: sleep.full, to: httpbin.legacy, comesTo: 'p' },
    by: ['auto-mtls.endpoint-without-sidecar'],
  },
  {
    name: 'other-identity',
    says: 'a server that is not among the subjectAltNames',
    objects: [naming('other')],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['result.other-identity'],
  },
  {
    name: 'own-identity',
    says: 'a server that the subjectAltNames name',
    objects: [naming('httpbin')],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['result.mutual-tls'],
  },
  {
    name: 'listed-identity',
    says: 'a server that is one of several in the subjectAltNames',
    after: [naming('other')],
    objects: [naming('other', 'httpbin')],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['result.mutual-tls'],
  },
  {
    name: 'mutual-to-both',
    says: 'ISTIO_MUTUAL to both kinds: what refuses it is hardly ever asked again',
    objects: [rule(`${partial}/rule`, 'httpbin', 'ISTIO_MUTUAL')],
    ...{ from: sleep.full, to: httpbin.partial, comesTo: 'm, rarely 503' },
    by: ['result.retried-elsewhere', 'destination-rule.service-namespace'],
  },
  {
    name: 'simple',
    says: 'SIMPLE to a sidecar',
    objects: [rule(`${full}/rule`, 'httpbin', 'SIMPLE')],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['result.other-tls-refused'],
  },
  {
    name: 'client-namespace-first',
    says: 'a rule of the client’s namespace before one of the Service’s',
    objects: [rule(`${partial}/rule`, hostOf(httpbin.full), 'DISABLE'), rule(`${full}/rule`, 'httpbin', 'SIMPLE')],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'p' },
    by: ['destination-rule.client-namespace'],
  },
  {
    name: 'merged',
    says: 'of two rules for one host the older’s mode counts',
    ages: 'in-order',
    objects: [rule(`${full}/older`, 'httpbin', 'DISABLE'), rule(`${full}/newer`, 'httpbin', 'SIMPLE')],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.merged'],
  },
  {
    name: 'rules-joined-name',
    says: 'of two rules made in the same second a-b comes before a',
    until: '1.23',
    ages: 'same-second',
    objects: [rule(`${full}/tie`, 'httpbin', 'DISABLE'), rule(`${full}/tie-b`, 'httpbin', 'SIMPLE')],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.joined-name'],
  },
  {
    name: 'rules-by-name',
    says: 'of two rules made in the same second a comes before a-b',
    since: '1.23',
    ages: 'same-second',
    objects: [rule(`${full}/tie`, 'httpbin', 'SIMPLE'), rule(`${full}/tie-b`, 'httpbin', 'DISABLE')],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.merged'],
  },
  {
    name: 'selected-clients',
    says: 'a rule for selected clients over one for all',
    since: '1.14',
    objects: [rule(`${full}/all`, 'httpbin', 'SIMPLE'), rule(`${full}/some`, 'httpbin', 'DISABLE', selecting('sleep'))],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.workload-selector'],
  },
  {
    name: 'selector-dropped',
    says: 'a rule for other clients counts for all',
    until: '1.14',
    modelOnly: true,
    objects: [rule(`${full}/some`, 'httpbin', 'DISABLE', selecting('curl'))],
    ...{ ...fullToFull, comesTo: 'p' },
    by: ['destination-rule.selector-dropped'],
  },
  {
    name: 'merged-by-age',
    says: 'a younger rule for other clients gets into an older one for all',
    since: '1.14',
    until: '1.22',
    ages: 'in-order',
    // The older one changes last: until 1.15 istiod keeps what it has cached of it when a younger one is made
    // (pilot/pkg/networking/core/v1alpha3/cluster_builder.go, DependentConfigs).
    after: [
      rule(`${full}/all`, 'httpbin', 'ISTIO_MUTUAL'),
      rule(`${full}/some`, 'httpbin', 'SIMPLE', selecting('curl')),
    ],
    objects: [rule(`${full}/all`, 'httpbin'), rule(`${full}/some`, 'httpbin', 'SIMPLE', selecting('curl'))],
    ...{ ...fullToFull, comesTo: '503' },
    by: ['destination-rule.merged-by-age'],
  },
  {
    name: 'selectors-first',
    says: 'a younger rule for other clients leaves an older one for all alone',
    since: '1.22',
    ages: 'in-order',
    objects: [rule(`${full}/all`, 'httpbin'), rule(`${full}/some`, 'httpbin', 'SIMPLE', selecting('curl'))],
    ...{ ...fullToFull, comesTo: 'm' },
    by: ['destination-rule.no-tls'],
  },
  {
    name: 'merged-across-exports',
    says: 'a rule for one namespace is merged with one for another',
    until: '1.24',
    ages: 'in-order',
    after: [rule(`${full}/older`, 'httpbin', 'DISABLE')],
    objects: [
      rule(`${full}/older`, 'httpbin', 'DISABLE', { exportTo: [legacy] }),
      rule(`${full}/newer`, 'httpbin', 'SIMPLE', { exportTo: [partial] }),
    ],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'm' },
    by: ['destination-rule.merged-across-exports'],
  },
  {
    name: 'exports-apart',
    says: 'a rule for one namespace is not merged with one for another',
    since: '1.24',
    ages: 'in-order',
    objects: [
      rule(`${full}/older`, 'httpbin', 'SIMPLE', { exportTo: [legacy] }),
      rule(`${full}/newer`, 'httpbin', 'DISABLE', { exportTo: [partial] }),
    ],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'p' },
    by: ['destination-rule.service-namespace'],
  },
  {
    name: 'own-name-exported',
    says: 'a rule that names its own namespace hides others from other namespaces',
    until: '1.14',
    // istiod does not push to a client for a new rule that is not for it, but it does when a rule for it is removed.
    after: [rule(`${full}/before`, 'httpbin', 'DISABLE')],
    objects: [rule(`${full}/own`, 'httpbin', 'SIMPLE', { exportTo: [full] }), rule(`${full}/wild`, wild, 'DISABLE')],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'm' },
    by: ['destination-rule.own-name-exported'],
  },
  {
    name: 'own-name-private',
    says: 'a rule that names its own namespace is private, and hides no other',
    since: '1.14',
    after: [rule(`${full}/own`, 'httpbin', 'SIMPLE')],
    objects: [rule(`${full}/own`, 'httpbin', 'SIMPLE', { exportTo: [full] }), rule(`${full}/wild`, wild, 'DISABLE')],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'p' },
    by: ['destination-rule.service-namespace'],
  },
  {
    name: 'private-by-default',
    says: 'a rule without exportTo is private where the mesh configuration says so',
    modelOnly: true,
    mesh: { exportTo: { destinationRule: ['.'] } },
    objects: [rule(`${full}/rule`, 'httpbin', 'DISABLE')],
    ...{ from: sleep.partial, to: httpbin.full, comesTo: 'm' },
    by: ['destination-rule.private-by-default'],
  },
];
