import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import type { KubeObject } from '../model/types.ts';
import type { Kube } from './connect.ts';

/** API servers on loopback, as far as this project talks to one. */

/** Anything that listens on loopback, and how to end it with every connection. */
export interface Listening {
  server: string;
  close(): Promise<void>;
}

/** Serves HTTP on a free port of loopback. */
export async function listen(
  onRequest: (request: IncomingMessage, response: ServerResponse) => void,
  onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): Promise<Listening> {
  const server = createServer(onRequest);
  const sockets = new Set<Duplex>();
  // A test that fails before it closes its server must not keep Jest from ending.
  server.unref();
  server.on('connection', (socket) => {
    socket.unref();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  if (onUpgrade !== undefined) server.on('upgrade', onUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** A kubeconfig's view of a server. */
export function kubeOf(server: string, served: Kube['served'] = new Map()): Kube {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: true }, { name: 'test' });
  const objects = KubernetesObjectApi.makeApiClient(config);
  return { config, objects, label: `test (${server})`, version: 'v1.36.0', served };
}

/** The text of a kubeconfig file with a context for each server. */
export function kubeconfigText(servers: Record<string, string>, current?: string): string {
  const names = Object.keys(servers);
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name, cluster: { server: servers[name], 'insecure-skip-tls-verify': true } })),
    users: [{ name: 'user', user: {} }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'user' } })),
    ...(current !== undefined && { 'current-context': current }),
  });
}

/** The server's end of one exec. */
export interface ServerShell {
  socket: WebSocket;
  stdout(chunk: Buffer | string): void;
  stderr(chunk: Buffer | string): void;
  status(status: unknown): void;
}

/**
 * An API server whose exec is played by `onScript`, told each script as it comes on stdin, with the mark that the shell
 * must print after it. The first script of a shell, which only sees whether it is there, is answered beforehand,
 * unless `onOpen` says how.
 */
export async function execServer(
  onScript: (shell: ServerShell, script: string, mark: string) => void,
  options: { protocol?: string; onOpen?: (shell: ServerShell) => void } = {},
): Promise<Listening & { kube: Kube; paths: string[] }> {
  const { protocol = 'v5.channel.k8s.io', onOpen } = options;
  const paths: string[] = [];
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : false),
  });
  const listening = await listen(refuse(404), (request, socket, head) => {
    paths.push(request.url ?? '');
    sockets.handleUpgrade(request, socket, head, (client) => {
      const shell = shellOn(client);
      onOpen?.(shell);
      let first = onOpen === undefined;
      client.on('message', (data: Buffer) => {
        const [, script = '', mark = ''] = /^\0(.*)\nprintf '%s %s\\n' (\S+) \$\?\n$/s.exec(data.toString()) ?? [];
        if (first) shell.stdout(`${mark} 0\n`);
        else onScript(shell, script, mark);
        first = false;
      });
    });
  });
  return { ...listening, kube: kubeOf(listening.server), paths };
}

/** What a server says to take a WebSocket whose key is given. */
export function handshake(key: string): string {
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`, 'Sec-WebSocket-Protocol: v5.channel.k8s.io', '', ''].join(
    '\r\n',
  );
}

function shellOn(socket: WebSocket): ServerShell {
  const on = (channel: number) => (chunk: Buffer | string) =>
    socket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(chunk)]));
  return { socket, stdout: on(1), stderr: on(2), status: (status) => on(3)(JSON.stringify(status)) };
}

/** Answers everything with a status as the API server words it. */
export function refuse(code: number, message = `status ${code}`) {
  return (_: unknown, response: ServerResponse): void => say(response, code, failure(code, message));
}

function failure(code: number, message: string) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}

function say(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Kinds that the API server of the tests serves, by API version; those without a namespace begin with a slash. */
const kinds: Record<string, Record<string, string>> = {
  v1: { '/namespaces': 'Namespace', configmaps: 'ConfigMap', pods: 'Pod', services: 'Service' },
  'apps/v1': { deployments: 'Deployment' },
  'coordination.k8s.io/v1': { leases: 'Lease' },
  'security.istio.io/v1': { peerauthentications: 'PeerAuthentication' },
  'networking.istio.io/v1': { destinationrules: 'DestinationRule' },
};

export interface FakeApi extends Listening {
  kube: Kube;
  /** By path. */
  stored: Map<string, KubeObject & { metadata: { uid?: string } }>;
  /** `METHOD path`, discovery left out. */
  calls: string[];
  /** Refuses a call before anything is done; undefined lets it through. */
  refusal: ((call: string, body: unknown) => { code: number; message: string } | undefined) | undefined;
}

/** An API server that keeps objects in memory: discovery, read, list by labels, create, both patches, delete by uid. */
export async function fakeApi(objects: KubeObject[] = []): Promise<FakeApi> {
  const stored: FakeApi['stored'] = new Map();
  const calls: string[] = [];
  const store = (path: string, object: KubeObject): KubeObject => {
    const uid = stored.get(path)?.metadata.uid ?? crypto.randomUUID();
    const creationTimestamp = object.metadata.creationTimestamp ?? new Date().toISOString();
    const kept = { ...object, metadata: { ...object.metadata, uid, creationTimestamp } };
    stored.set(path, kept);
    return kept;
  };
  for (const object of objects) store(pathOf(object), object);

  const answer = (method: string, url: URL, body: KubeObject & Record<string, unknown>): [number, unknown] => {
    const { pathname: path } = url;
    const found = stored.get(path);
    const missing: [number, unknown] = [404, failure(404, `${path} not found`)];
    switch (method) {
      case 'GET': {
        if (found !== undefined) return [200, found];
        const list = listed(stored, path, url.searchParams.get('labelSelector'));
        return list === undefined ? missing : [200, list];
      }
      case 'POST': {
        const place = `${path}/${body.metadata.name}`;
        if (stored.has(place)) return [409, failure(409, `${place} already exists`)];
        return [201, store(place, body)];
      }
      case 'PATCH':
        return [200, store(path, merged(found ?? {}, body) as KubeObject)];
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
    say(response, ...answer(request.method ?? '', url, body));
  });
  const served = Map.groupBy(Object.keys(kinds), (version) => version.split('/').at(-2) ?? '');
  const api: FakeApi = {
    ...listening,
    kube: kubeOf(
      listening.server,
      new Map([...served].map(([group, versions]) => [group, versions.map((one) => one.split('/').at(-1) ?? '')])),
    ),
    stored,
    calls,
    refusal: undefined,
  };
  return api;
}

/** The path of an object on the API server. */
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

function listed(stored: FakeApi['stored'], path: string, selector: string | null): unknown {
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
  // As the API server does, without the kind of each.
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
