import type { KubeObject } from '../../lib/model/index.ts';
import { peer } from '../objects.ts';
import { full, httpbin, legacy, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

const host = 'bin.example.com';
const address = '10.0.0.1';
const serviceAccount = 'httpbin';

function entry(spec: object, namespace: string = full): KubeObject {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'ServiceEntry',
    metadata: { name: 'bin', namespace },
    spec: {
      hosts: [host],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: [{ number: 8000, name: 'http', protocol: 'HTTP', targetPort: 8080 }],
      ...spec,
    },
  } as KubeObject;
}

const asked = {
  from: sleep.full,
  to: `${full}/${host}`,
  addresses: { [httpbin.full]: address },
  modelOnly: true as const,
};
const chosen = { labels: { chosen: 'yes' } };
const off = peer(`${full}/chosen`, 'DISABLE', { selector: chosen.labels });
const disabled = [off, entry({ endpoints: [{ address, serviceAccount, ...chosen }] })];

/** Hosts of ServiceEntries: what is sent to whom goes by what is written, and what answers is what is there. */
export const entriesWitnesses: Witness[] = [
  {
    ...asked,
    name: 'entry-account',
    says: 'an endpoint with an account gets mutual TLS',
    objects: [entry({ endpoints: [{ address, serviceAccount }] })],
    comesTo: 'm',
    by: ['auto-mtls.written-endpoint', 'auto-mtls.endpoint-with-sidecar'],
  },
  {
    ...asked,
    name: 'entry-no-account',
    says: 'one without gets plain text, although its pod has a sidecar',
    objects: [peer(`${full}/wide`, 'STRICT'), entry({ endpoints: [{ address }] })],
    comesTo: '503',
    by: ['auto-mtls.written-endpoint', 'auto-mtls.endpoint-without-sidecar', 'result.plain-text-refused'],
  },
  {
    ...asked,
    name: 'entry-other-account',
    says: 'clients refuse a server of another account than is written',
    objects: [entry({ endpoints: [{ address, serviceAccount: 'other' }] })],
    comesTo: '503',
    by: ['result.other-account'],
  },
  {
    ...asked,
    name: 'entry-other-namespace',
    says: 'the account is one of the namespace of the ServiceEntry',
    objects: [entry({ endpoints: [{ address, serviceAccount }] }, legacy)],
    to: `${legacy}/${host}`,
    comesTo: '503',
    by: ['result.other-account'],
  },
  {
    ...asked,
    name: 'entry-names',
    says: 'subjectAltNames are names of servers, too',
    objects: [
      entry({
        endpoints: [{ address, serviceAccount: 'other' }],
        subjectAltNames: [`spiffe://cluster.local/ns/${full}/sa/httpbin`],
      }),
    ],
    comesTo: 'm',
    by: ['auto-mtls.written-endpoint'],
  },
  {
    ...asked,
    name: 'entry-external',
    says: 'MESH_EXTERNAL: plain text, whatever is written of the endpoint',
    objects: [
      peer(`${full}/wide`, 'STRICT'),
      entry({ location: 'MESH_EXTERNAL', endpoints: [{ address, serviceAccount }] }),
    ],
    comesTo: '503',
    by: ['auto-mtls.mesh-external'],
  },
  {
    ...asked,
    name: 'entry-external-pods',
    says: 'and to pods that it selects',
    objects: [entry({ location: 'MESH_EXTERNAL', workloadSelector: { labels: { app: 'httpbin' } } })],
    comesTo: 'p',
    by: ['auto-mtls.mesh-external'],
  },
  {
    ...asked,
    name: 'entry-pods',
    says: 'pods that a ServiceEntry selects get what they announce',
    objects: [entry({ workloadSelector: { labels: { app: 'httpbin' } } })],
    comesTo: 'm',
    by: ['auto-mtls.endpoint-with-sidecar'],
  },
  {
    ...asked,
    name: 'entry-disabled-unseen',
    says: 'a policy of the namespace does not count for an endpoint that is listed',
    objects: disabled,
    until: '1.30',
    since: '1.12',
    comesTo: 'm',
    by: ['auto-mtls.endpoint-in-no-namespace'],
  },
  {
    ...asked,
    name: 'entry-disabled',
    says: 'DISABLE for the labels of an endpoint: plain text, although its pod takes mutual TLS',
    objects: disabled,
    since: '1.30',
    comesTo: 'p',
    by: ['auto-mtls.endpoint-disabled'],
  },
];
