import type { Hands, Saboteur } from '../lib/tools/prove/index.ts';
import { came, cause, unread } from './because.ts';
import { everyPair, fullToFull, fullToLegacy, fullToPartial, to } from './cells.ts';
import {
  added,
  admission,
  authorizationPolicy,
  destinationRule,
  envoyFilter,
  fault,
  labelled,
  object,
  virtualService,
} from './objects.ts';
import { disable, permissive, strict } from './steps.ts';

/** How long what comes and goes within a step is there, in milliseconds. */
const BRIEFLY = 300;

const legacyHost = 'httpbin.legacy.svc.cluster.local';
const fullHost = 'httpbin.full.svc.cluster.local';

/** A Service of somebody else's, in front of the pod of httpbin.partial that has no sidecar. */
const plainPod = object('v1', 'Service', 'partial/elsewhere', {
  spec: { selector: { app: 'httpbin', version: 'nosidecar' }, ports: [{ name: 'http', port: 8000, targetPort: 8080 }] },
});

const elsewhere = virtualService('full/elsewhere', {
  hosts: [legacyHost],
  http: [{ route: [{ destination: { host: 'elsewhere.partial.svc.cluster.local' } }] }],
});

const mirror = virtualService('full/mirror', {
  hosts: [fullHost],
  http: [{ route: [{ destination: { host: fullHost } }], mirror: { host: legacyHost } }],
});

/** Returns a filter that answers half of the requests to each httpbin with a sidecar with 503. */
const half = (path: string) => envoyFilter(path, 'httpbin', fault(50));

const image = 'docker.io/curlimages/curl:8.16.0';
/** A policy that adds a container to pods of the run, as clusters with a log agent do. */
const logAgent = admission(
  'automtls-prove-log-agent',
  { group: '', resource: 'pods' },
  'request.operation == "CREATE" && (request.namespace.matches("^(full|partial|legacy)-") || object.metadata.?name.orValue("") == "trial")',
  added(
    '/spec/containers/-',
    `Object.spec.containers{name: "log-agent", image: "${image}", command: ["sleep", "infinity"]}`,
  ),
);
const trial = object('v1', 'Pod', 'default/trial', { spec: { containers: [{ name: 'httpbin', image: 'httpbin' }] } });

const restarted = (hands: Hands, program: string) => hands.kill('full/httpbin', program);

/** What others do while a run is under way, or did before it, and what clusters do with pods. */
export const meanwhile: Saboteur[] = [
  {
    name: 'leads-elsewhere',
    title: 'a VirtualService, made during the run, leads requests to httpbin.legacy to a pod that answers the same',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(plainPod, elsewhere),
    turns: [
      {
        of: [fullToLegacy],
        to: 'inconclusive',
        because: came('VirtualService full/elsewhere'),
      },
    ],
  },
  {
    name: 'mirrored',
    title: 'a VirtualService, made during the run, sends a copy of each request to httpbin.full in plain text',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(mirror),
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: came('VirtualService full/mirror'),
      },
    ],
  },
  {
    name: 'one-more-endpoint',
    title: 'a WorkloadEntry, made during the run, is one more endpoint of httpbin.legacy',
    ...permissive,
    when: 'between',
    break: async ({ make, addressOf }) => {
      const address = await addressOf('partial/httpbin-nosidecar');
      const spec = { address, labels: { app: 'httpbin', version: 'v1' } };
      await make(object('networking.istio.io/v1', 'WorkloadEntry', 'legacy/entry', { spec }));
    },
    turns: [
      {
        of: [fullToLegacy],
        to: 'inconclusive',
        because: came('WorkloadEntry legacy/entry'),
      },
    ],
  },
  {
    name: 'rule-for-a-moment',
    title: 'a DestinationRule for httpbin.full, in plain text, is there for 0.3 s of the step',
    ...strict,
    when: 'during',
    break: ({ briefly }) => briefly(BRIEFLY, ({ make }) => make(destinationRule('full/moment', fullHost, 'DISABLE'))),
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: {
          code: 'policy-by-others',
          deeds: [{ object: 'DestinationRule full/moment', deed: 'made and deleted again' }],
          otherwise: [{ outcome: { kind: 'unavailable' } }],
        },
      },
    ],
  },
  {
    name: 'denied-for-a-moment',
    title: 'an AuthorizationPolicy that denies everything in full is there for 0.3 s of the step',
    ...strict,
    when: 'during',
    break: ({ briefly }) =>
      briefly(BRIEFLY, ({ make }) => make(authorizationPolicy('full/moment', { action: 'DENY', rules: [{}] }))),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: {
          code: 'acts-since',
          object: 'AuthorizationPolicy full/moment',
          deed: 'made and deleted again',
          during: 'step',
        },
      },
    ],
  },
  {
    name: 'auto-mtls-flipped',
    title: 'somebody switches automatic mutual TLS off and on again within the step',
    ...strict,
    when: 'during',
    break: ({ briefly }) => briefly(BRIEFLY, ({ setMesh }) => setMesh(['enableAutoMtls'], false)),
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'inconclusive',
        because: { code: 'mesh-flipped', object: 'ConfigMap istio-system/istio' },
      },
    ],
  },
  {
    name: 'named-as-istios',
    title: "an EnvoyFilter with the name of Istio's own stats-filter-1.23 answers half of the requests with 503",
    ...disable,
    when: 'start',
    break: ({ make }) => make(half('istio-system/stats-filter-1.23')),
    turns: [
      {
        of: [...to('httpbin.full'), ...to('httpbin.partial')],
        to: 'fail',
        because: cause('EnvoyFilter istio-system/stats-filter-1.23'),
      },
    ],
  },
  {
    name: 'labelled-as-istios',
    title: "an EnvoyFilter with IstioOperator's label, made during the run, answers half of the requests with 503",
    ...disable,
    when: 'between',
    break: ({ make }) =>
      make(labelled(half('istio-system/half'), { 'install.operator.istio.io/owning-resource': 'installed' })),
    turns: [
      {
        of: [...to('httpbin.full'), ...to('httpbin.partial')],
        to: 'inconclusive',
        because: came('EnvoyFilter istio-system/half'),
      },
    ],
  },
  {
    name: 'exported-nowhere',
    title: 'an annotation of the Service httpbin.full hides it from all sidecars',
    ...permissive,
    when: 'between',
    break: async ({ change, renewAfterwards }) => {
      renewAfterwards('full/sleep');
      const service = object('v1', 'Service', 'full/httpbin', {});
      const annotations = { 'networking.istio.io/exportTo': '~' };
      await change({ ...service, metadata: { ...service.metadata, annotations } } as typeof service);
    },
    turns: [
      {
        of: everyPair,
        to: 'inconclusive',
        because: { code: 'service-changed', object: 'Service full/httpbin', changes: [{ is: '~' }] },
      },
    ],
  },
  {
    name: 'application-restarted',
    title: 'the application of httpbin.full is killed right before a step, and started again in the same pod',
    ...permissive,
    when: 'between',
    break: (hands) => restarted(hands, 'go-httpbin'),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: [{ code: 'container-restarted', container: 'httpbin' }, { code: 'pod-unready' }, ...unread],
        orGreen: true,
      },
    ],
  },
  {
    name: 'sidecar-restarted',
    title: 'the Envoy of httpbin.full is killed right before a step, and started again in the same pod',
    ...permissive,
    when: 'between',
    break: (hands) => restarted(hands, 'envoy'),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: [{ code: 'container-restarted', container: 'istio-proxy' }, { code: 'pod-unready' }, ...unread],
        orGreen: true,
      },
    ],
  },
  {
    name: 'log-agent',
    title: 'the cluster adds a log agent to every pod',
    ...strict,
    when: 'set-up',
    break: async ({ make, awaitAdmission }) => {
      await make(...logAgent);
      await awaitAdmission(trial, (stored) => JSON.stringify(stored).includes('log-agent'));
    },
    turns: [],
  },
];
