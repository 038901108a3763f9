import type { Saboteur } from '../lib/prove/saboteur.ts';
import { everyPair } from './cells.ts';
import { admission, applied, labelled, object } from './objects.ts';
import { permissive, strict } from './steps.ts';

const pods = { group: '', resource: 'pods' };
const inject = 'sidecar.istio.io/inject';
/** A pod that is not stored: it shows whether an admission policy acts. */
const probe = object('v1', 'Pod', 'default/probe', { spec: { containers: [{ name: 'httpbin', image: 'httpbin' }] } });

/** Returns a policy that sets the injection label of pods of one app in namespaces of one role, on their way in. */
function injecting(value: string, app: string, role: string) {
  const isApp = `object.metadata.?labels[?"app"].orValue("") == "${app}" && request.namespace.startsWith("${role}-")`;
  const isProbe = 'object.metadata.?name.orValue("") == "probe"';
  const change = applied(`metadata: Object.metadata{labels: {"${inject}": "${value}"}}`);
  return admission('automtls-prove-injection', pods, `(${isApp}) || ${isProbe}`, change);
}

const hasLabel =
  (value: string) =>
  (stored: { metadata: { labels?: Record<string, string> } }): boolean =>
    stored.metadata.labels?.[inject] === value;

/** Other pods serve than the topology has, or pods have other sidecars. */
export const serving: Saboteur[] = [
  {
    name: 'no-sidecar',
    title: 'the pods of httpbin.full are not given a sidecar',
    ...strict,
    when: 'set-up',
    break: async ({ make, awaitAdmission }) => {
      await make(...injecting('false', 'httpbin', 'full'));
      await awaitAdmission(probe, hasLabel('false'));
    },
    turns: [
      { of: ['ready'], to: 'fail', why: /full\/httpbin is READY 1\/1, not 2\/2: it has no sidecar/ },
      { of: everyPair, to: 'inconclusive', why: /not asked: full\/httpbin is READY 1\/1, not 2\/2: it has no sidecar/ },
    ],
  },
  {
    name: 'sidecar-in-legacy',
    title: 'the pods of legacy are given a sidecar',
    ...strict,
    when: 'set-up',
    break: async ({ make, awaitAdmission }) => {
      await make(...injecting('true', 'httpbin', 'legacy'));
      await awaitAdmission(probe, hasLabel('true'));
    },
    turns: [
      {
        of: ['ready'],
        to: 'fail',
        why: /legacy\/httpbin is READY 2\/2, not 1\/1: it was given a sidecar that it must not have/,
      },
      { of: everyPair, to: 'inconclusive', why: /not asked: legacy\/httpbin is READY 2\/2, not 1\/1/ },
    ],
  },
  {
    name: 'sidecar-lost',
    title: 'the pod of httpbin.full is replaced by one without a sidecar',
    ...permissive,
    when: 'between',
    break: ({ redeploy }) => redeploy('full/httpbin', { metadata: { labels: { [inject]: 'false' } } }),
    turns: [
      { of: everyPair, to: 'inconclusive', why: /pod full\/httpbin-\S+ has no sidecar, though it should have one/ },
    ],
  },
  {
    name: 'sidecar-gained',
    title: 'the pod of sleep.legacy is replaced by one with a sidecar',
    ...permissive,
    when: 'between',
    break: ({ redeploy }) => redeploy('legacy/sleep', { metadata: { labels: { [inject]: 'true' } } }),
    turns: [
      { of: everyPair, to: 'inconclusive', why: /pod legacy\/sleep-\S+ has a sidecar, though it should have none/ },
    ],
  },
  {
    name: 'tls-mode-label',
    title: 'the label by which clients choose mutual TLS is taken from the pod of httpbin.full',
    ...permissive,
    when: 'between',
    break: ({ label }) => label('full/httpbin', { 'security.istio.io/tlsMode': null }),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /pod full\/httpbin-\S+ has a sidecar but not the label security\.istio\.io\/tlsMode=istio/,
      },
    ],
  },
  {
    name: 'tls-mode-label-given',
    title: 'the label by which clients choose mutual TLS is given to the pod of httpbin.legacy',
    ...permissive,
    when: 'between',
    break: ({ label }) => label('legacy/httpbin', { 'security.istio.io/tlsMode': 'istio' }),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /pod legacy\/httpbin-\S+ has the label security\.istio\.io\/tlsMode=istio but should have no sidecar/,
      },
    ],
  },
  {
    name: 'wrong-pods',
    title: 'the Service httpbin.full selects the pods of sleep',
    ...permissive,
    when: 'between',
    break: async ({ change, renewAfterwards }) => {
      // Mended, clients may connect before the server's sidecar knows again that HTTP comes to this port. It passes such
      // a connection on as bytes, without an identity, for the 45 s in which Istio drains what it had configured before.
      renewAfterwards('full/httpbin');
      await change(object('v1', 'Service', 'full/httpbin', { spec: { selector: { app: 'sleep' } } }));
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /Service full\/httpbin was changed by somebody else: spec\.selector\.app is "sleep", not "httpbin" as applied/,
      },
    ],
  },
  {
    name: 'one-kind-left',
    title: 'only the endpoint with a sidecar is left behind httpbin.partial',
    ...permissive,
    when: 'between',
    break: ({ scale }) => scale('partial/httpbin-nosidecar', 0),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /Deployment partial\/httpbin-nosidecar has 0 of 1 pods behind httpbin\.partial/,
      },
    ],
  },
  {
    name: 'one-more-pod',
    title: 'one more pod serves behind httpbin.full',
    ...permissive,
    when: 'between',
    break: ({ scale }) => scale('full/httpbin', 2),
    turns: [
      { of: everyPair, to: 'inconclusive', why: /Deployment full\/httpbin has 2 of 1 pods behind httpbin\.full/ },
    ],
  },
  {
    name: 'endpoint-elsewhere',
    title: 'somebody writes the address of an endpoint of httpbin.full that does not exist',
    ...permissive,
    when: 'between',
    break: ({ make }) =>
      make(
        labelled(
          object('discovery.k8s.io/v1', 'EndpointSlice', 'full/written', {
            addressType: 'IPv4',
            endpoints: [{ addresses: ['10.244.255.9'], conditions: { ready: true } }],
            ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
          }),
          { 'kubernetes.io/service-name': 'httpbin' },
        ),
      ),
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        why: /httpbin\.full is also served by 10\.244\.255\.9, which is no pod of the run \(EndpointSlice full\/written\)/,
      },
    ],
  },
];
