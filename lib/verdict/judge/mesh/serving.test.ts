import { owner, podOf, servingOf } from '../../../mesh/serving-fixtures.ts';
import type { KubeObject, Service, Workload } from '../../../model/types.ts';
import { parseRelease } from '../../../model/world/release.ts';
import { topologyOf } from '../../../model/world/topology.ts';
import { id } from '../../../run/fixtures.ts';
import { workloadObjects } from '../../../scenario/manifests.ts';
import { topology as topologyNamed } from '../../../scenario/topology.ts';
import { reasonWords } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { EndpointSlice, Pod, Serving } from '../../record/looked.ts';
import { trimmed, trimmedServing } from '../../record/trimmed.ts';
import { replacements } from './replaced.ts';
import { servingProblems } from './serving.ts';

const topology = topologyOf(workloadObjects([topologyNamed('auto-mtls')], {}), parseRelease('1.31'));
const tlsMode = { 'security.istio.io/tlsMode': 'istio' };

/** The contents of the task's namespaces on a cluster, with a pod for each workload. */
let serving: Serving;
let made: KubeObject[];
beforeEach(() => {
  ({ serving, made } = servingOf(topology, id));
});

const problems = () =>
  servingProblems(recorded({ topology, made: made.map(trimmed) }), recorded(trimmedServing(serving))).map(reasonWords);

/** Objects of the cluster, for tests to change. */
const pod = (namespace: string, name: string) =>
  serving.pods.find(({ metadata }) => metadata.namespace === namespace && metadata.name === `${name}-1`) as Pod;
const slice = (namespace: string) =>
  serving.slices.find(({ metadata }) => metadata.namespace === namespace) as EndpointSlice;
const workload = (namespace: string, name: string) =>
  topology.workloads.find((one) => one.namespace === namespace && one.name === name) as Workload;

test('where all is as the topology says there is no problem', () => {
  expect(problems()).toEqual([]);
});

describe('a pod', () => {
  test('that the run did not make is named, though it carries every label and the run’s', () => {
    const intruder = podOf(workload('full', 'httpbin'), id, 'intruder', '10.1.2.3');
    intruder.metadata.name = 'intruder';
    intruder.metadata.ownerReferences = owner('somebody else’s');
    serving.pods.push(intruder);
    slice('full').endpoints?.push({ addresses: ['10.1.2.3'], targetRef: { kind: 'Pod', uid: 'intruder' } });
    expect(problems()).toEqual([
      'httpbin.full is also served by pod full/intruder (10.1.2.3), which the run did not make',
    ]);
    // It serves no requests before it is ready.
    Object.assign(slice('full').endpoints?.at(-1) ?? {}, { conditions: { ready: false } });
    expect(problems()).toEqual([]);
  });

  test('that is gone from the endpoints is missed', () => {
    slice('full').endpoints = [];
    expect(problems()).toEqual(['httpbin.full is not served by pod full/httpbin-1']);
    serving.slices = [];
    expect(problems()).toContain('httpbin.legacy is not served by pod legacy/httpbin-1');
  });

  test('too few or too many are counted', () => {
    const second = podOf(workload('full', 'httpbin'), id, 'second', '10.1.2.3');
    second.metadata.name = 'httpbin-2';
    serving.pods.push(second);
    slice('full').endpoints?.push({ addresses: ['10.1.2.3'], targetRef: { kind: 'Pod', uid: 'second' } });
    expect(problems()).toEqual(['Deployment full/httpbin has 2 of 1 pods behind httpbin.full']);
    serving.pods = serving.pods.filter(({ metadata }) => metadata.namespace !== 'full');
    slice('full').endpoints = [];
    expect(problems()).toEqual(['Deployment full/httpbin has 0 of 1 pods behind httpbin.full']);
  });

  test('that is being deleted, or not ready, is told; its endpoint is no stranger’s', () => {
    pod('full', 'httpbin').metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(problems()).toEqual([
      'pod full/httpbin-1 is being deleted',
      'Deployment full/httpbin has 0 of 1 pods behind httpbin.full',
    ]);
    const [status] = pod('legacy', 'httpbin').status?.containerStatuses ?? [];
    Object.assign(status ?? {}, { ready: false });
    slice('legacy').endpoints = [];
    expect(problems()).toContain('pod legacy/httpbin-1 is not ready');
    expect(problems()).toHaveLength(3);
  });

  test('without the sidecar that it should have, or with one that it should not, is told, of clients as well', () => {
    pod('full', 'sleep').spec.initContainers = [];
    pod('full', 'sleep').status = { ...pod('full', 'sleep').status, initContainerStatuses: [] };
    pod('partial', 'httpbin-nosidecar').spec.containers.push({ name: 'istio-proxy' });
    expect(problems()).toEqual([
      'pod full/sleep-1 has no sidecar, though it should have one',
      'pod partial/httpbin-nosidecar-1 has a sidecar, though it should have none',
      'pod partial/httpbin-nosidecar-1 is not ready',
    ]);
  });

  test('of a client may be replaced and not be ready: its answers tell', () => {
    pod('full', 'sleep').metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    pod('legacy', 'sleep').status = { phase: 'Pending' };
    expect(problems()).toEqual([]);
  });

  test.each([
    [undefined, 'has a sidecar but not the label security.istio.io/tlsMode=istio'],
    ['disabled', 'has a sidecar but not the label security.istio.io/tlsMode=istio (it is disabled)'],
  ])('whose label is %s', (value, words) => {
    const { metadata } = pod('full', 'httpbin');
    metadata.labels = { ...metadata.labels };
    delete metadata.labels['security.istio.io/tlsMode'];
    if (value !== undefined) metadata.labels['security.istio.io/tlsMode'] = value;
    expect(problems()).toEqual([`pod full/httpbin-1 ${words}`]);
  });

  test('without a sidecar and with the label of one', () => {
    Object.assign(pod('legacy', 'httpbin').metadata.labels ?? {}, tlsMode);
    expect(problems()).toEqual([
      'pod legacy/httpbin-1 has the label security.istio.io/tlsMode=istio but should have no sidecar',
    ]);
  });

  test('that its Deployment replaced is told', () => {
    const before = structuredClone(serving);
    const { metadata } = pod('full', 'httpbin');
    Object.assign(metadata, { name: 'httpbin-2', uid: 'second' });
    pod('full', 'sleep').metadata.uid = 'other';
    const known = { topology, made };
    expect(replacements(known, before, serving).map(({ reason }) => reasonWords(reason))).toEqual([
      'Pods of Deployment full/httpbin were replaced: httpbin-1 by httpbin-2',
    ]);
    expect(replacements(known, serving, serving)).toEqual([]);
  });
});

describe('a Service', () => {
  const service = () => serving.services[0] as Service;

  test.each<[string, () => void, string]>([
    ['gone', () => serving.services.shift(), 'was deleted by somebody else'],
    ['another', () => Object.assign(service().metadata, { uid: 'other' }), 'is not the one that the run made'],
    [
      'changed',
      () => Object.assign(service().spec, { selector: { app: 'sleep' } }),
      'was changed by somebody else: spec.selector.app is "sleep", not "httpbin" as applied',
    ],
    [
      'hidden from sidecars',
      () => Object.assign(service().metadata, { annotations: { 'networking.istio.io/exportTo': '~' } }),
      'was changed by somebody else: metadata.annotations.networking.istio.io/exportTo is "~", which was not applied',
    ],
    [
      'changed by something more',
      () => Object.assign(service().spec, { type: 'NodePort' }),
      'was changed by somebody else: spec.type is "NodePort", which was not applied',
    ],
  ])('%s', (_, change, words) => {
    change();
    expect(problems()).toEqual([`Service full/httpbin ${words}`]);
  });

  test('whose endpoints have another port', () => {
    slice('full').ports = [{ name: 'http', port: 15000 }];
    expect(problems()).toEqual(['EndpointSlice full/httpbin-1 sends httpbin.full to http:15000, not http:8080']);
  });

  test('whose endpoints have the port that its name is in each workload', () => {
    const all = slice('partial');
    const [one, other] = ['httpbin', 'httpbin-nosidecar'].map((name) => {
      const { uid } = pod('partial', name).metadata;
      return { ...all, endpoints: (all.endpoints ?? []).filter(({ targetRef }) => targetRef?.uid === uid) };
    }) as [EndpointSlice, EndpointSlice];
    serving.slices = [
      ...serving.slices.filter((each) => each !== all),
      one,
      { ...other, ports: [{ name: 'http', port: 9090 }] },
    ];
    const renamed = {
      ...topology,
      services: topology.services.map((service) => ({
        ...service,
        spec: { ...service.spec, ports: [{ name: 'http', port: 8000, targetPort: 'web' }] },
      })),
      workloads: topology.workloads.map((each) => ({
        ...each,
        ports: [{ name: 'web', port: each.name === 'httpbin-nosidecar' ? 9090 : 8080 }],
      })),
    };
    const found = () =>
      servingProblems(recorded({ topology: renamed, made: made.map(trimmed) }), recorded(trimmedServing(serving))).map(
        reasonWords,
      );
    expect(found()).toEqual([]);
    one.ports = [{ name: 'http', port: 9090 }];
    expect(found()).toEqual(['EndpointSlice partial/httpbin-1 sends httpbin.partial to http:9090, not http:8080']);
  });
});
