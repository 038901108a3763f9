import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kinds, meshKinds } from '../../kinds/index.ts';
import type { KubeObject } from '../../model/index.ts';

/** An API server on loopback. */
export interface PagedApi {
  server: string;
  close(): void;
}

/**
 * Serves objects as the API server of a cluster does that is read: discovery, lists by pages, and single objects. Pods
 * are as large as those of a cluster, most of which readers do not need.
 */
export async function servePages(objects: readonly KubeObject[]): Promise<PagedApi> {
  const byList = Map.groupBy(objects, listOf);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback');
    const found = discovered(pathname.replace(/\/$/, '')) ?? read(byList, pathname, searchParams);
    if (found === undefined) say(response, 404, { kind: 'Status', code: 404, message: `${pathname} not found` });
    else say(response, 200, found);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function say(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Returns the path at which all objects of an object's kind are listed. */
function listOf({ apiVersion, kind }: KubeObject): string {
  return `${rootOf(apiVersion)}/${kinds[kind as keyof typeof kinds].resource}`;
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** The version in which generated objects of the mesh are. */
const VERSION = 'v1';

function discovered(path: string): object | undefined {
  const groups = Map.groupBy(meshKinds, ({ group }) => group);
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.0' };
  if (path === '/apis') {
    const versionsOf = (group: string) => [{ groupVersion: `${group}/${VERSION}`, version: VERSION }];
    return { kind: 'APIGroupList', groups: [...groups.keys()].map((name) => ({ name, versions: versionsOf(name) })) };
  }
  const [, group = ''] = /^\/apis\/([^/]+)\/v1$/.exec(path) ?? [];
  const resources = groups.get(group)?.map(({ resource: name, kind, scope }) => ({
    name,
    kind,
    namespaced: scope === 'namespace',
    singularName: '',
    verbs: ['get', 'list'],
  }));
  return resources && { kind: 'APIResourceList', groupVersion: `${group}/${VERSION}`, resources };
}

function read(byList: Map<string, KubeObject[]>, path: string, query: URLSearchParams): object | undefined {
  const [, root, namespace, resource, name] = /^(.*)\/namespaces\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (name !== undefined) {
    return byList
      .get(`${root}/${resource}`)
      ?.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }
  const all = byList.get(path) ?? [];
  const begin = Number(query.get('continue') ?? 0);
  const end = begin + Number(query.get('limit') ?? all.length);
  const items = all.slice(begin, end).map((object) => (object.kind === 'Pod' ? asOnCluster(object) : object));
  return { kind: 'List', metadata: end < all.length ? { continue: String(end) } : {}, items };
}

/** What else a pod has on a cluster, some 7 KB of it: who set which field, environment variables, volumes. */
const env = Array.from({ length: 30 }, (_, at) => ({ name: `SETTING_${at}`, value: `of no interest to a mesh ${at}` }));
const managedFields = Array.from({ length: 60 }, (_, at) => ({
  manager: `controller-${at}`,
  'f:spec': { 'f:env': {} },
}));
const volumes = Array.from({ length: 8 }, (_, at) => ({
  name: `volume-${at}`,
  secret: { secretName: `secret-${at}` },
}));

type Pod = KubeObject & { spec?: { containers?: object[] } };

function asOnCluster(pod: Pod): object {
  const containers = pod.spec?.containers?.map((container) => ({ ...container, env }));
  return { ...pod, metadata: { ...pod.metadata, managedFields }, spec: { ...pod.spec, containers, volumes } };
}
