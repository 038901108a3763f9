import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Kube } from './connection/connect.ts';

/** A server on loopback; `close` stops it and closes every connection. */
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
  // A test that fails before it closes its server must not keep Jest running.
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

/** Returns a connection to a server, as a kubeconfig would describe it. */
export function kubeOf(server: string, served: Kube['served'] = new Map()): Kube {
  const config = new KubeConfig();
  config.loadFromClusterAndUser({ name: 'test', server, skipTLSVerify: true }, { name: 'test' });
  const objects = KubernetesObjectApi.makeApiClient(config);
  return { config, objects, kubeconfig: '/test', label: `test (${server})`, version: 'v1.36.0', served };
}

/** Returns the text of a kubeconfig file with a context for each server. */
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

/** The server's side of one exec. */
export interface ServerShell {
  socket: WebSocket;
  stdout(chunk: Buffer | string): void;
  stderr(chunk: Buffer | string): void;
  status(status: unknown): void;
}

/**
 * Starts an API server on which `onScript` plays the shell of every exec. It is called with each script from stdin, and
 * the mark that the shell must print after the script's output. Without `onOpen`, the first script of a shell, which
 * only checks that the shell runs, is answered automatically.
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

/** Returns a server's answer that accepts a WebSocket with this key. */
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

/** Answers every request with a failure, in the API server's format. */
export function refuse(code: number, message = `status ${code}`) {
  return (_: unknown, response: ServerResponse): void => say(response, code, failure(code, message));
}

export function failure(code: number, message: string) {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code };
}

export function say(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
