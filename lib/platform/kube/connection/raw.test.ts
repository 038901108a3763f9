import type { IncomingMessage } from 'node:http';
import { InconclusiveError, UsageError } from '../../errors.ts';
import { kubeOf, listen } from '../fixtures.ts';
import { raw } from './raw.ts';

async function bodyOf(request: IncomingMessage): Promise<string> {
  return (await request.setEncoding('utf8').toArray()).join('');
}

test('a body, of a DELETE as well, is not taken for the next request on the connection', async () => {
  const seen: unknown[] = [];
  const ports = new Set<number | undefined>();
  const { server, close } = await listen(async (request, response) => {
    ports.add(request.socket.remotePort);
    seen.push([request.method, request.url, await bodyOf(request), request.headers.accept]);
    response.end('{"ok": true}');
  });
  const kube = kubeOf(server);
  const body = { gracePeriodSeconds: 0, name: 'häh' };
  expect(await raw(kube, '/a', { method: 'DELETE', body })).toEqual({ ok: true });
  expect(await raw(kube, '/b')).toEqual({ ok: true });
  expect(await raw(kube, '/c?d=e', { method: 'PUT', body, accept: 'text/x' })).toEqual({ ok: true });
  expect(seen).toEqual([
    ['DELETE', '/a', JSON.stringify(body), 'application/json'],
    ['GET', '/b', '', 'application/json'],
    ['PUT', '/c?d=e', JSON.stringify(body), 'text/x'],
  ]);
  expect(ports.size).toBe(1);
  await close();
});

test.each<[string, number, string, string]>([
  ['a refusal', 403, '{"message": "no"}', 'answers 403 to GET /a: no'],
  ['a page', 200, '<html>', 'answers 200 to GET /a with something that is not JSON: <html>'],
  ['nothing', 200, '', 'answers 200 to GET /a with something that is not JSON'],
])('%s is told', async (_, code, body, message) => {
  const { server, close } = await listen((__, response) => response.writeHead(code).end(body));
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(UsageError);
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(message);
  await close();
});

test('a connection that breaks in the middle of an answer is an error, not a hang', async () => {
  const { server, close } = await listen((_, response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"half', () => response.destroy());
  });
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  await close();
});

test('an API server that is out of order or out of reach has refused nothing', async () => {
  const { server, close } = await listen((_, response) => response.writeHead(503).end('{}'));
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(InconclusiveError);
  await close();
  const { label } = kubeOf(server);
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(`${label} does not answer GET /a: connect ECONNREFUSED`);
  await expect(raw(kubeOf(server), '/a')).rejects.toThrow(InconclusiveError);
});

test('a connection that the server has closed meanwhile is no failure of what only reads', async () => {
  const used = new Set<unknown>();
  const calls: unknown[] = [];
  const { server, close } = await listen(async (request, response) => {
    calls.push(request.method);
    if (used.has(request.socket)) return request.socket.destroy();
    used.add(request.socket);
    await bodyOf(request);
    response.end('{"ok": true}');
  });
  const kube = kubeOf(server);
  expect(await raw(kube, '/a')).toEqual({ ok: true });
  expect(await raw(kube, '/a')).toEqual({ ok: true });
  await expect(raw(kube, '/a', { method: 'DELETE' })).rejects.toThrow('does not answer DELETE /a');
  expect(calls).toEqual(['GET', 'GET', 'GET', 'DELETE']);
  await close();
});
