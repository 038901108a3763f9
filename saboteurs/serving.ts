import type { Saboteur } from '../lib/tools/prove/index.ts';
import { everyPair } from './cells.ts';
import { admission, applied, labelled, object } from './objects.ts';
import { permissive, strict } from './steps.ts';

const pods = { group: '', resource: 'pods' };
const inject = 'sidecar.istio.io/inject';
/** A pod that is not stored: it shows whether an admission policy acts. */
const trial = object('v1', 'Pod', 'default/trial', { spec: { containers: [{ name: 'httpbin', image: 'httpbin' }] } });

/** Returns a policy that sets the injection label of pods of one app in namespaces of one role, on their way in. */
function injecting(value: string, app: string, role: string) {
  const isApp = `object.metadata.?labels[?"app"].orValue("") == "${app}" && request.namespace.startsWith("${role}-")`;
  const isTrial = 'object.metadata.?name.orValue("") == "trial"';
  const change = applied(`metadata: Object.metadata{labels: {"${inject}": "${value}"}}`);
  return admission('automtls-prove-injection', pods, `(${isApp}) || ${isTrial}`, change);
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
      await awaitAdmission(trial, hasLabel('false'));
    },
    turns: [
      { of: ['ready'], to: 'fail', because: { code: 'not-injected', workload: 'full/httpbin' } },
      { of: everyPair, to: 'inconclusive', because: { code: 'not-asked' } },
    ],
  },
  {
    name: 'sidecar-in-legacy',
    title: 'the pods of legacy are given a sidecar',
    ...strict,
    when: 'set-up',
    break: async ({ make, awaitAdmission }) => {
      await make(...injecting('true', 'httpbin', 'legacy'));
      await awaitAdmission(trial, hasLabel('true'));
    },
    turns: [
      {
        of: ['ready'],
        to: 'fail',
        because: { code: 'injected', workload: 'legacy/httpbin' },
      },
      { of: everyPair, to: 'inconclusive', because: { code: 'not-asked' } },
    ],
  },
  {
    name: 'sidecar-lost',
    title: 'the pod of httpbin.full is replaced by one without a sidecar',
    ...permissive,
    when: 'between',
    break: ({ redeploy }) => redeploy('full/httpbin', { metadata: { labels: { [inject]: 'false' } } }),
    turns: [{ of: everyPair, to: 'inconclusive', because: { code: 'sidecar-missing' } }],
  },
  {
    name: 'sidecar-gained',
    title: 'the pod of sleep.legacy is replaced by one with a sidecar',
    ...permissive,
    when: 'between',
    break: ({ redeploy }) => redeploy('legacy/sleep', { metadata: { labels: { [inject]: 'true' } } }),
    turns: [{ of: everyPair, to: 'inconclusive', because: { code: 'sidecar-unwanted' } }],
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
        because: { code: 'tls-label-missing' },
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
        because: { code: 'tls-label-unwanted' },
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
        because: {
          code: 'service-changed',
          object: 'Service full/httpbin',
          changes: [{ field: 'spec.selector.app', is: 'sleep', applied: 'httpbin' }],
        },
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
        because: { code: 'pods-otherwise', workload: 'partial/httpbin-nosidecar', pods: 0, replicas: 1 },
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
      {
        of: everyPair,
        to: 'inconclusive',
        because: { code: 'pods-otherwise', workload: 'full/httpbin', pods: 2, replicas: 1 },
      },
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
        because: {
          code: 'endpoint-strange',
          host: 'httpbin.full',
          address: '10.244.255.9',
          object: 'EndpointSlice full/written',
        },
      },
    ],
  },
];
