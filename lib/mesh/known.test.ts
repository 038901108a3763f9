import { MARK, printedOutbound } from '../probe/fixtures.ts';
import { outboundIn } from '../probe/sidecars/outbound.ts';
import { lackingIn } from './known.ts';

const cluster = 'outbound|8000||httpbin.partial.svc.cluster.local';
const wanted = new Map([[cluster, ['10.0.0.1', '10.0.0.2']]]);
const counts = { requests: 0, connections: 0, handshakes: 0 };

/** Returns what a sidecar tells that knows these addresses. */
function telling(...addresses: string[]) {
  const [first = '', ...others] = addresses.map((address) => printedOutbound(MARK, { cluster, address }, counts));
  const lines = others.map((text) => text.split('\n').filter((line) => line.startsWith(`${cluster}::`)));
  const [head = '', ...tail] = first.split('\n');
  return outboundIn([head, ...lines.flat(), ...tail].join('\n'), MARK).reading;
}

test('a sidecar that knows one of two endpoints lacks the other', () => {
  expect(lackingIn(telling('10.0.0.1'), wanted)).toEqual([cluster]);
  expect(lackingIn(telling('10.0.0.1', '10.0.0.2'), wanted)).toEqual([]);
});

test('a Service that it does not know at all is lacking, too', () => {
  const other = new Map([['outbound|80||new.full.svc.cluster.local', ['10.0.0.3']]]);
  expect(lackingIn(telling('10.0.0.1'), other)).toEqual([...other.keys()]);
});

test('one that tells nothing is not waited for', () => {
  expect(lackingIn({ code: 'client-port', curlExit: 7 }, wanted)).toEqual([]);
});
