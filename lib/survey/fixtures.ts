import { stringify } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { meshFrom, type SurveyedMesh } from './mesh/mesh.ts';
import { nameOfClient } from './pairs/clients.ts';
import { nameOfServer } from './pairs/servers.ts';
import { readManifests } from './read/files.ts';
import type { Snapshot } from './snapshot.ts';
import { surveyOf } from './survey.ts';
import { answerWords } from './views/words.ts';

/** Returns what a cluster with these objects shows, as readCluster would read it. */
export function clusterSnapshot(objects: readonly KubeObject[], rest: Partial<Snapshot> = {}): Snapshot {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  return {
    source: 'cluster',
    label: 'test',
    objects: byKind,
    applied: [],
    places: new Map(),
    unread: [],
    leftOut: new Map(),
    ...rest,
  };
}

/** Returns the mesh of manifests. */
export function manifestMesh(objects: readonly KubeObject[], istio = '1.31'): SurveyedMesh {
  const text = objects.map((object) => stringify(object)).join('---\n');
  return meshFrom(readManifests([{ file: 'mesh.yaml', text }]), istio);
}

/** Returns what each pair comes to, by its name, such as `shop/web > cart.shop:80`. */
export function pairsOf(mesh: SurveyedMesh): Record<string, string> {
  const { servers } = surveyOf(mesh);
  const pairs = servers.flatMap(({ server, answers }) =>
    answers.flatMap(({ answer, clients }) =>
      clients.map(
        (client) =>
          [
            `${nameOfClient(client)} > ${nameOfServer(server)}`,
            answerWords(answer, server.protocol, client.sort),
          ] as const,
      ),
    ),
  );
  return Object.fromEntries(pairs);
}

const bare = { 'sidecar.istio.io/inject': 'false' };

/** Returns a namespace, with injection or without. */
export function namespace(name: string, injected = true): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: injected ? { 'istio-injection': 'enabled' } : {} },
  };
}

/** Returns a Deployment of this name and account, and a Service for it. */
export function app(
  where: string,
  name: string,
  {
    sidecar = true,
    annotations = {},
    labels = {},
    service = {},
    pod = {},
  }: {
    sidecar?: boolean;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
    /** More of the Service's spec. */
    service?: object;
    /** More of the pods' spec. */
    pod?: object;
  } = {},
): KubeObject[] {
  const metadata = { labels: { app: name, ...(sidecar ? {} : bare), ...labels }, annotations };
  const containers = [{ name: 'main', ports: [{ name: 'web', containerPort: 8080 }] }];
  const template = { metadata, spec: { serviceAccountName: name, containers, ...pod } };
  const ports = [{ name: 'http', port: 80, targetPort: 8080 }];
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace: where },
      spec: { template },
    } as KubeObject,
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: where },
      spec: { selector: { app: name }, ports, ...service },
    } as KubeObject,
  ];
}

/** Returns an object that configures the mesh. */
export function policy(
  apiVersion: string,
  kind: string,
  where: string,
  name: string,
  spec: object,
  labels = {},
): KubeObject {
  return { apiVersion, kind, metadata: { name, namespace: where, labels }, spec } as KubeObject;
}

/** Returns an Ingress that leads requests for a path to a port of a Service. */
export function ingress(where: string, service: { name: string; port: object }, more: object = {}): KubeObject {
  const spec = { rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service } }] } }], ...more };
  return policy('networking.k8s.io/v1', 'Ingress', where, service.name, spec);
}

export const security = 'security.istio.io/v1';
export const networking = 'networking.istio.io/v1';
