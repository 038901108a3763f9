import type { KubeObject } from '../types.ts';
import type { InjectorSettings } from './injection.ts';
import { parseRelease } from './release.ts';
import { topologyOf } from './topology.ts';

type Labels = Record<string, string>;

function namespace(labels: Labels): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'full', labels } };
}

function deployment(pod: { labels?: Labels; annotations?: Labels } = {}, spec: object = {}, replicas?: number) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'httpbin', namespace: 'full' },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      template: {
        metadata: { labels: { app: 'httpbin', ...pod.labels }, annotations: pod.annotations ?? {} },
        spec: { containers: [{ name: 'httpbin', ports: [{ containerPort: 8080 }] }], ...spec },
      },
    },
  } as KubeObject;
}

function sidecarOf(objects: KubeObject[], release?: string): boolean | undefined {
  return topologyOf(objects, release === undefined ? undefined : parseRelease(release)).workloads[0]?.sidecar;
}

const inject = (options: string) => ({ 'sidecar.istio.io/inject': options });
const enabled = { 'istio-injection': 'enabled' };
const disabled = { 'istio-injection': 'disabled' };
const revision = { 'istio.io/rev': 'canary' };

describe('a Deployment becomes a workload', () => {
  const named = {
    serviceAccountName: 'httpbin',
    containers: [
      { name: 'httpbin', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9090 }] },
      { name: 'idle' },
    ],
  };

  test('with its labels, account, ports and replicas', () => {
    expect(topologyOf([deployment({ labels: { version: 'v1' } }, named, 3)]).workloads).toEqual([
      {
        name: 'httpbin',
        namespace: 'full',
        labels: { app: 'httpbin', version: 'v1' },
        serviceAccount: 'httpbin',
        sidecar: false,
        hostNetwork: false,
        ports: [{ name: 'http', port: 8080 }, { port: 9090 }],
        containers: ['httpbin', 'idle'],
        replicas: 3,
      },
    ]);
  });

  test('of one replica and the default account where it names neither', () => {
    expect(topologyOf([deployment()]).workloads).toMatchObject([{ serviceAccount: 'default', replicas: 1 }]);
  });
});

test('Services are taken as they are, in `default` where they name no namespace', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'httpbin' },
    spec: { ports: [{ port: 8000 }] },
  };
  expect(topologyOf([service, deployment()]).services).toEqual([
    { ...service, metadata: { name: 'httpbin', namespace: 'default' } },
  ]);
});

describe('a pod gets a sidecar', () => {
  test.each<[string, Labels, { labels?: Labels; annotations?: Labels }, boolean]>([
    ['nothing', {}, {}, false],
    ['namespace istio-injection=enabled', enabled, {}, true],
    ['namespace istio-injection=disabled', disabled, {}, false],
    ['namespace istio.io/rev', revision, {}, true],
    ['namespace disabled, and a revision', { ...disabled, ...revision }, {}, false],
    ['namespace enabled, pod label false', enabled, { labels: inject('false') }, false],
    ['namespace of a revision, pod label false', revision, { labels: inject('false') }, false],
    ['namespace enabled, pod annotation false', enabled, { annotations: inject('false') }, false],
    [
      'namespace enabled, label true over annotation false',
      enabled,
      { labels: inject('true'), annotations: inject('false') },
      true,
    ],
    ['pod label true alone', {}, { labels: inject('true') }, true],
    ['pod revision label alone', {}, { labels: revision }, true],
    ['namespace disabled, pod label true', disabled, { labels: inject('true') }, false],
    ['pod annotation true alone: the webhook is never asked', {}, { annotations: inject('true') }, false],
  ])('%s', (_, labels, pod, sidecar) => {
    expect(sidecarOf([namespace(labels), deployment(pod)])).toBe(sidecar);
  });

  test.each([
    ['1.9', 'true', {}, false],
    ['1.10', 'true', {}, true],
    ['1.9', 'false', enabled, true],
    ['1.10', 'false', enabled, false],
  ])('in %s with the pod label %s', (release, options, labels: Labels, sidecar) => {
    expect(sidecarOf([namespace(labels), deployment({ labels: inject(options) })], release)).toBe(sidecar);
  });

  test.each<[string, { labels?: Labels; annotations?: Labels }, boolean, string | undefined]>([
    ['1.11', { labels: inject('true'), annotations: inject('false') }, false, 'sidecar.annotation-alone'],
    ['1.12', { labels: inject('true'), annotations: inject('false') }, true, undefined],
    ['1.11', { labels: inject('no') }, true, 'sidecar.annotation-alone'],
    ['1.26', { labels: inject('no') }, false, 'sidecar.other-values'],
    ['1.26', { labels: inject('False') }, false, 'sidecar.other-values'],
    ['1.27', { labels: inject('no') }, true, undefined],
    ['1.26', { annotations: inject('no') }, false, 'sidecar.other-values'],
    ['1.27', { annotations: inject('no') }, true, undefined],
    ['1.26', { labels: inject('Yes') }, true, undefined],
  ])('in %s, in a namespace that is enabled, with %j', (release, pod, sidecar, injectedBy) => {
    const { workloads } = topologyOf([namespace(enabled), deployment(pod)], parseRelease(release));
    expect([workloads[0]?.sidecar, workloads[0]?.injectedBy]).toEqual([sidecar, injectedBy]);
  });

  const app = (value: string) => ({ matchLabels: { app: value } });
  const existing = (key: string) => ({ matchExpressions: [{ key, operator: 'Exists' }] });

  test.each<[string, InjectorSettings, { labels?: Labels; annotations?: Labels }, boolean, string | undefined]>([
    ['of other pods', { neverInjectSelector: [app('other')] }, {}, true, undefined],
    ['of its pods', { neverInjectSelector: [app('other'), app('httpbin')] }, {}, false, 'sidecar.never-selected'],
    ['by a label that is there', { neverInjectSelector: [existing('app')] }, {}, false, 'sidecar.never-selected'],
    ['by one that is not', { neverInjectSelector: [existing('job-name')] }, {}, true, undefined],
    ['of all pods, which counts for none', { neverInjectSelector: [{}] }, {}, true, undefined],
    ['that the pod overrides', { neverInjectSelector: [app('httpbin')] }, { labels: inject('true') }, true, undefined],
    [
      'that it confirms',
      { alwaysInjectSelector: [app('httpbin')] },
      { annotations: inject('false') },
      false,
      undefined,
    ],
    [
      'never before always',
      { neverInjectSelector: [app('httpbin')], alwaysInjectSelector: [app('httpbin')] },
      {},
      false,
      'sidecar.never-selected',
    ],
    ['with policy: disabled', { policy: 'disabled' }, {}, false, 'sidecar.injection-disabled'],
    ['that the pod overrides there', { policy: 'disabled' }, { labels: inject('true') }, true, undefined],
    [
      'always there',
      { policy: 'disabled', alwaysInjectSelector: [app('httpbin')] },
      {},
      true,
      'sidecar.always-selected',
    ],
    [
      'with a policy that is none',
      { policy: 'off', alwaysInjectSelector: [app('httpbin')] },
      {},
      false,
      'sidecar.injection-disabled',
    ],
  ])('with selectors of the injector %s', (_, settings, pod, sidecar, injectedBy) => {
    const injection = { tags: new Map(), settings: new Map([['default', settings]]) };
    const [workload] = topologyOf([namespace(enabled), deployment(pod)], undefined, injection).workloads;
    expect([workload?.sidecar, workload?.injectedBy]).toEqual([sidecar, injectedBy]);
  });

  test('by the settings of the revision that a tag stands for', () => {
    const settings = new Map([['canary', { neverInjectSelector: [app('httpbin')] }]]);
    const sidecarWith = (labels: Labels, tags: [string, string][] = []) =>
      topologyOf([namespace(labels), deployment()], undefined, { tags: new Map(tags), settings }).workloads[0]?.sidecar;
    expect(sidecarWith(enabled)).toBe(true);
    expect(sidecarWith(revision)).toBe(false);
    expect(sidecarWith({ 'istio.io/rev': 'prod' })).toBe(true);
    expect(sidecarWith({ 'istio.io/rev': 'prod' }, [['prod', 'canary']])).toBe(false);
  });

  test('never on the host network', () => {
    const { workloads } = topologyOf([namespace(enabled), deployment({}, { hostNetwork: true })]);
    expect(workloads).toMatchObject([{ sidecar: false, hostNetwork: true }]);
  });

  test.each(['containers', 'initContainers'])(
    'where kube-inject has put the proxy into %s, whose ports do not count',
    (list) => {
      const proxy = { name: 'istio-proxy', ports: [{ containerPort: 15090 }] };
      const { workloads } = topologyOf([deployment({}, { [list]: [proxy] })]);
      expect(workloads).toMatchObject([{ sidecar: true, ports: list === 'containers' ? [] : [{ port: 8080 }] }]);
    },
  );

  test('never in kube-system, whatever its label', () => {
    const objects = [namespace(enabled), deployment()].map((object) => structuredClone(object));
    for (const { kind, metadata } of objects) {
      if (kind === 'Namespace') metadata.name = 'kube-system';
      else metadata.namespace = 'kube-system';
    }
    expect(sidecarOf(objects)).toBe(false);
  });
});
