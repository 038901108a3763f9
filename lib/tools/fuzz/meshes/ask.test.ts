import type { Service } from '../../../model/types.ts';
import type { Answer } from '../../../verdict/observed.ts';
import { observationsOf } from './ask.ts';

const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: {} };
const port = { service, target: service, port: 80, times: 1 };
const plain: Answer = { at: 0, status: 200, curlExit: 0, curlMessage: '', ms: 1, fresh: true, body: '{"headers":{}}' };
const reset: Answer = { ...plain, status: 0, curlExit: 56, body: '' };
const sent = (connections: number, handshakes: number, all = { connections, handshakes }) => ({
  connections,
  handshakes,
  all,
});

const kinds = (
  answers: Answer[],
  protocol: 'http' | 'tcp',
  isShown: boolean,
  of: ReturnType<typeof sent> | undefined,
) => observationsOf(answers, { ...port, protocol, isShown }, of).map(({ kind }) => kind);

test('a header shows what it is where the server’s sidecar adds one, whatever connections there were', () => {
  expect(kinds([plain, plain], 'http', true, sent(2, 2))).toEqual(['plain', 'plain']);
});

test.each(['http', 'tcp'] as const)(
  'bytes that are passed on, over %s: the client’s connections show it',
  (protocol) => {
    const of = (...from: Parameters<typeof sent>) => kinds([plain, plain], protocol, false, sent(...from));
    expect(of(2, 2)).toEqual(['mtls', 'mtls']);
    expect(of(2, 0)).toEqual(['plain', 'plain']);
    expect(of(2, 1)).toEqual(['mtls', 'plain']);
    // Over a connection that was open before.
    expect(of(0, 0, { connections: 3, handshakes: 3 })).toEqual(['mtls', 'mtls']);
    expect(of(0, 0, { connections: 3, handshakes: 0 })).toEqual(['plain', 'plain']);
  },
);

test('nothing is made of handshakes that may be a refused request’s, or are not known', () => {
  expect(kinds([plain, reset], 'tcp', false, sent(2, 1))).toEqual(['answered', 'refused']);
  expect(kinds([plain, plain], 'tcp', false, undefined)).toEqual(['answered', 'answered']);
});
