import type { ServerResponse } from 'node:http';
import type { KubeObject } from '../../model/types.ts';
import { waitFor } from '../wait.ts';
import { failure, kubeOf, type Listening, listen, refuse, say } from './fixtures.ts';
import { type ObjectWatch, watchObjects } from './watch.ts';

const what = { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', resource: 'destinationrules' };
const rule = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: what.apiVersion,
  kind: what.kind,
  metadata: { namespace: 'default', name, uid: name, resourceVersion },
});

let server: Listening;
let watch: ObjectWatch;
/** What a list returns, and its resourceVersion. */
let listed: KubeObject[];
let version: string;
/** The streams so far, each with the resourceVersion from which it began. */
let streams: { from: string | null; stream: ServerResponse }[];
let refused: number | undefined;

beforeEach(async () => {
  [listed, version, streams, refused] = [[rule('old', '1')], '5', [], undefined];
  server = await listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://loopback');
    expect(pathname).toBe('/apis/networking.istio.io/v1/destinationrules');
    if (searchParams.get('watch') === null)
      return say(response, 200, { metadata: { resourceVersion: version }, items: listed });
    if (refused !== undefined) return refuse(refused)(request, response);
    response.writeHead(200).flushHeaders();
    streams.push({ from: searchParams.get('resourceVersion'), stream: response });
  });
  watch = await watchObjects(kubeOf(server.server), what);
});
afterEach(async () => {
  watch.stop();
  await server.close();
});

const soon = (look: () => boolean) => waitFor(async () => look(), { what: 'it', limitMs: 5_000, everyMs: 5 });
async function streamed(nth: number): Promise<ServerResponse> {
  await soon(() => streams.length > nth);
  return streams[nth]?.stream as ServerResponse;
}
const send = (stream: ServerResponse, type: string, object: unknown) =>
  stream.write(`${JSON.stringify({ type, object })}\n`);
const told = () => watch.take().map(({ before, now }) => [before?.metadata.name, now?.metadata.name]);

test('it begins with a list, of which nothing is a change, and has what comes and goes after it', async () => {
  const stream = await streamed(0);
  expect(streams[0]?.from).toBe('5');
  expect(await watch.caughtUp(listed)).toBeUndefined();
  expect(told()).toEqual([]);
  send(stream, 'ADDED', rule('moment', '6'));
  send(stream, 'DELETED', rule('moment', '7'));
  send(stream, 'MODIFIED', rule('old', '8'));
  expect(await watch.caughtUp([rule('old', '8')])).toBeUndefined();
  expect(told()).toEqual([
    [undefined, 'moment'],
    ['moment', undefined],
    ['old', 'old'],
  ]);
});

test('a stream that ends is begun again where it was, bookmarks included', async () => {
  const stream = await streamed(0);
  send(stream, 'ADDED', rule('a', '6'));
  send(stream, 'BOOKMARK', { metadata: { resourceVersion: '9' } });
  await soon(() => told().length === 1);
  stream.end();
  const next = await streamed(1);
  expect(streams[1]?.from).toBe('9');
  send(next, 'DELETED', rule('a', '10'));
  expect(await watch.caughtUp(listed)).toBeUndefined();
  expect(told()).toEqual([['a', undefined]]);
});

test('where the API server does not know the changes any more, a list is compared', async () => {
  const stream = await streamed(0);
  [listed, version] = [[rule('old', '7'), rule('new', '8')], '20'];
  send(stream, 'ERROR', failure(410, 'too old'));
  await streamed(1);
  expect(streams[1]?.from).toBe('20');
  expect(told()).toEqual([
    ['old', 'old'],
    [undefined, 'new'],
  ]);
});

test('a watch that does not show what a list does says so', async () => {
  await streamed(0);
  expect(await watch.caughtUp([rule('unseen', '6')])).toMatch(
    /^the watch of DestinationRule does not show what a list does/,
  );
});

test('a watch without a stream says so, although nothing has changed', async () => {
  watch.stop();
  refused = 500;
  watch = await watchObjects(kubeOf(server.server), what);
  expect(await watch.caughtUp(listed)).toMatch(/its stream ended: Internal Server Error$/);
  refused = undefined;
  expect(await watch.caughtUp(listed)).toBeUndefined();
});

test('where the user may not watch, lists are compared, and it is said', async () => {
  watch.stop();
  refused = 403;
  watch = await watchObjects(kubeOf(server.server), what);
  expect(await watch.caughtUp([rule('old', '1'), rule('new', '6')])).toBeUndefined();
  expect(watch.refusal()).toMatch(/does not let its user watch DestinationRule: 403$/);
  expect(told()).toEqual([[undefined, 'new']]);
});
