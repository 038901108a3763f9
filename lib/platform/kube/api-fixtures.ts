import { isDeepStrictEqual } from 'node:util';
import { kinds as known } from '../../kinds/table.ts';
import type { KubeObject } from '../../model/types.ts';
import type { Kube } from './connection/connect.ts';
import { failure, kubeOf, type Listening, listen, refuse, say } from './fixtures.ts';
import type { ServedVersions } from './kinds.ts';

/** The kinds that the fake API server serves, by API version. Cluster-scoped resources start with a slash. */
const kinds: Record<string, Record<string, string>> = {};
for (const name of [
  ...([
    'Namespace',
    'ConfigMap',
    'Pod',
    'Service',
    'Deployment',
    'ReplicaSet',
    'EndpointSlice',
    'Ingress',
    'Lease',
  ] as const),
  ...(['PeerAuthentication', 'AuthorizationPolicy', 'DestinationRule', 'Sidecar', 'ServiceEntry'] as const),
]) {
  const { group, resource, scope } = known[name];
  const apiVersion = group === '' ? 'v1' : `${group}/v1`;
  kinds[apiVersion] = { ...kinds[apiVersion], [scope === 'cluster' ? `/${resource}` : resource]: name };
}

/** The result of discovery for these kinds. */
const served: ServedVersions = new Map(
  Object.entries(kinds).flatMap(([apiVersion, own]) => {
    const [group, version] = apiVersion.split('/');
    return version === undefined ? [] : Object.values(own).map((kind) => [`${kind}.${group}`, [version]] as const);
  }),
);

export interface FakeApi extends Listening {
  kube: Kube;
  /** By path. */
  stored: Map<string, KubeObject & { metadata: { uid?: string } }>;
  /** `METHOD path` of every call except discovery. */
  calls: string[];
  /** Rejects a call before it changes anything; undefined accepts it. */
  refusal: ((call: string, body: unknown) => { code: number; message: string } | undefined) | undefined;
  /** Changes an object before it is stored. */
  admission: ((object: KubeObject) => KubeObject) | undefined;
}

/** Returns the part of an object whose change increments its generation. */
const wantedBy = (object: KubeObject) => (object as { spec?: unknown }).spec;

/**
 * Serves a Kubernetes API with objects in memory. It supports discovery, get, list by labels and by pages, create, server-side apply
 * and merge patch (with a uid and a resourceVersion), and delete (with a uid).
 */
export async function fakeApi(objects: KubeObject[] = []): Promise<FakeApi> {
  const stored: FakeApi['stored'] = new Map();
  const calls: string[] = [];
  let version = 0;
  const store = (path: string, object: KubeObject): KubeObject => {
    const before = stored.get(path);
    const uid = before?.metadata.uid ?? object.metadata.uid ?? crypto.randomUUID();
    const creationTimestamp = object.metadata.creationTimestamp ?? new Date().toISOString();
    const same = before !== undefined && isDeepStrictEqual(wantedBy(before), wantedBy(object));
    const generation = (before?.metadata.generation ?? 0) + (same ? 0 : 1);
    version += 1;
    const resourceVersion = String(version);
    const kept = { ...object, metadata: { ...object.metadata, uid, creationTimestamp, generation, resourceVersion } };
    stored.set(path, kept);
    return kept;
  };
  for (const object of objects) store(pathOf(object), object);

  const admitted = (object: KubeObject) => api.admission?.(object) ?? object;
  const answer = (
    method: string,
    url: URL,
    body: KubeObject & Record<string, unknown>,
    applies: boolean,
  ): [number, unknown] => {
    const { pathname: path } = url;
    const found = stored.get(path);
    const missing: [number, unknown] = [404, failure(404, `${path} not found`)];
    switch (method) {
      case 'GET': {
        if (found !== undefined) return [200, found];
        const list = listed(stored, path, url.searchParams.get('labelSelector'));
        return list === undefined ? missing : [200, paged(list, url.searchParams)];
      }
      case 'POST': {
        const place = `${path}/${body.metadata.name}`;
        if (stored.has(place)) return [409, failure(409, `${place} already exists`)];
        return [201, store(place, body)];
      }
      case 'PATCH':
        if (found === undefined && !applies) return missing;
        if (found !== undefined && isStale(body, found)) return [409, failure(409, 'the object has been modified')];
        return [200, store(path, admitted(merged(found ?? {}, body) as KubeObject))];
      default: {
        if (found === undefined) return missing;
        const wanted = (body['preconditions'] as { uid?: string } | undefined)?.uid;
        if (wanted !== undefined && wanted !== found.metadata.uid) return [409, failure(409, 'the UID is another')];
        stored.delete(path);
        return [200, { kind: 'Status', apiVersion: 'v1', status: 'Success' }];
      }
    }
  };

  const listening = await listen(async (request, response) => {
    const url = new URL(request.url ?? '', 'http://loopback');
    const body = JSON.parse((await request.setEncoding('utf8').toArray()).join('') || '{}');
    const discovery = discovered(url.pathname.replace(/\/$/, ''));
    if (discovery !== undefined) return say(response, 200, discovery);
    const call = `${request.method} ${url.pathname}`;
    calls.push(call);
    const refusal = api.refusal?.(call, body);
    if (refusal !== undefined) return refuse(refusal.code, refusal.message)(request, response);
    const applies = request.headers['content-type']?.startsWith('application/apply-patch') ?? false;
    say(response, ...answer(request.method ?? '', url, body, applies));
  });
  const api: FakeApi = {
    ...listening,
    kube: { ...kubeOf(listening.server), served },
    stored,
    calls,
    refusal: undefined,
    admission: undefined,
  };
  return api;
}

/** Returns the path of an object on the API server. */
export function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  const [resource = ''] = Object.entries(kinds[apiVersion] ?? {}).find(([, one]) => one === kind) ?? [];
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return resource.startsWith('/')
    ? `${root}${resource}/${metadata.name}`
    : `${root}/namespaces/${metadata.namespace}/${resource}/${metadata.name}`;
}

function discovered(path: string): unknown {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.0' };
  if (path === '/apis') {
    const groups = Map.groupBy(
      Object.keys(kinds).filter((one) => one.includes('/')),
      (one) => one.split('/')[0],
    );
    return {
      kind: 'APIGroupList',
      groups: [...groups].map(([name, all]) => ({
        name,
        versions: all.map((groupVersion) => ({ groupVersion, version: groupVersion.split('/')[1] })),
      })),
    };
  }
  const groupVersion = /^\/(?:api|apis)\/(v1|[^/]+\/[^/]+)$/.exec(path)?.[1];
  const resources = kinds[groupVersion ?? ''];
  if (resources === undefined) return undefined;
  return {
    kind: 'APIResourceList',
    groupVersion,
    resources: Object.entries(resources).map(([name, kind]) => ({
      name: name.replace('/', ''),
      kind,
      namespaced: !name.startsWith('/'),
      singularName: '',
      verbs: [],
    })),
  };
}

/** Returns whether a patch names another uid or an earlier resourceVersion of the object. */
function isStale({ metadata }: KubeObject, found: KubeObject): boolean {
  const { uid, resourceVersion } = metadata;
  return (
    (uid !== undefined && uid !== found.metadata.uid) ||
    (resourceVersion !== undefined && resourceVersion !== found.metadata.resourceVersion)
  );
}

interface List {
  kind: string;
  apiVersion: string;
  metadata: { continue?: string };
  items: object[];
}

/** Returns a page of a list. What it continues at is the number of items before it. */
function paged(list: List, query: URLSearchParams): List {
  const from = Number(query.get('continue') ?? 0);
  const to = from + Number(query.get('limit') ?? Number.POSITIVE_INFINITY);
  const metadata = to < list.items.length ? { continue: String(to) } : {};
  return { ...list, metadata, items: list.items.slice(from, to) };
}

function listed(stored: FakeApi['stored'], path: string, selector: string | null): List | undefined {
  const [, version = '', namespace, resource = ''] =
    /^\/apis?\/(v1|[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)$/.exec(path) ?? [];
  const of = kinds[version] ?? {};
  const kind = of[resource] ?? of[`/${resource}`];
  if (kind === undefined) return undefined;
  const [key = '', value] = (selector ?? '').split('=');
  const items = [...stored.values()].filter(
    (object) =>
      object.apiVersion === version &&
      object.kind === kind &&
      (namespace === undefined || object.metadata.namespace === namespace) &&
      (key === '' ||
        (value === undefined ? object.metadata.labels?.[key] !== undefined : object.metadata.labels?.[key] === value)),
  );
  // Like on the API server, the items of a list have no kind.
  return {
    kind: `${kind}List`,
    apiVersion: version,
    metadata: {},
    items: items.map(({ apiVersion: _, kind: __, ...one }) => one),
  };
}

function merged(one: unknown, other: unknown): unknown {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null || Array.isArray(other))
    return other;
  const result: Record<string, unknown> = { ...one };
  for (const [key, value] of Object.entries(other)) result[key] = merged(result[key], value);
  return result;
}
