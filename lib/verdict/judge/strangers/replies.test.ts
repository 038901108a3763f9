import { recorded } from '../../record/fixtures.ts';
import { countedReplies, type Reply } from '../../record/tried.ts';
import { failureIn, judged, shownInPlain, shownOfImpostor, shownOverTls } from './replies.ts';

const reply = (changes: Partial<Reply> = {}): Reply => ({
  status: 0,
  tunnel: 0,
  curlExit: 0,
  curlMessage: '',
  grpcStatus: 0,
  body: '',
  ...changes,
});
const letIn = reply({ status: 200, body: 'hello' });
const reset = reply({ curlExit: 56, curlMessage: 'Recv failure' });
const times = (count: number, one: Reply): Reply[] => Array.from({ length: count }, () => one);

const alert =
  'upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268436504:SSL_routines:OPENSSL_internal:TLSV1_ALERT_UNKNOWN_CA:TLS_error_end} ';
const nobody =
  'upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111} delayed_connect_error:_111';

test.each([
  ['an answer', letIn, 'let in'],
  ['a reset', reset, 'refused'],
  ['the end of a handshake', reply({ curlExit: 35 }), 'refused'],
  ['nobody there', reply({ curlExit: 7 }), 'not observed'],
  ['no name', reply({ curlExit: 6 }), 'not observed'],
  ['silence', reply({ curlExit: 28 }), 'not observed'],
  ['a 403', reply({ status: 403 }), 'other'],
  ['an error of gRPC', reply({ status: 200, grpcStatus: 7 }), 'other'],
] as const)('in plain text: %s', (_, one, shown) => {
  expect(shownInPlain(one)).toBe(shown);
});

test.each([
  ['an answer', letIn, 'let in'],
  ['a TLS alert', reply({ status: 503, body: alert }), 'refused'],
  ['a connection that ended', reply({ status: 503, body: 'started{connection_termination}' }), 'refused'],
  ['nobody there', reply({ status: 503, body: nobody }), 'not observed'],
  ['a timeout', reply({ status: 503, body: 'started{connection_timeout}' }), 'not observed'],
  ['a tunnel that did not open for an alert', reply({ tunnel: 503, curlExit: 56, body: alert }), 'refused'],
  [
    'a tunnel that did not open for nobody was there',
    reply({ tunnel: 503, curlExit: 56, body: nobody }),
    'not observed',
  ],
  ['an open tunnel whose end was cut off', reply({ tunnel: 200, curlExit: 35 }), 'refused'],
  ['an alert, as gRPC has it', reply({ status: 200, grpcStatus: 14, body: alert }), 'refused'],
] as const)('over TLS: %s', (_, one, shown) => {
  expect(shownOverTls(one)).toBe(shown);
});

test('a 503 in an impostor’s place is a refusal only if the impostor saw a handshake end', () => {
  const unavailable = reply({ status: 503 });
  expect(shownOfImpostor(unavailable, true)).toBe('refused');
  expect(shownOfImpostor(unavailable, false)).toBe('not observed');
  expect(shownOfImpostor(letIn, true)).toBe('let in');
  expect(shownOfImpostor(reply({ curlExit: 28 }), true)).toBe('not observed');
});

describe('several tries', () => {
  const shownOf = (replies: Reply[]) =>
    judged('refused', recorded(countedReplies(replies)), { shown: shownInPlain, tries: 5 });

  test('pass if all are as expected', () => {
    expect(shownOf(times(5, reset))).toEqual({ verdict: 'pass', observed: '5 × 000 with curl exit 56 (Recv failure)' });
  });

  test('fail if a single one is not, and show the beginning of what it answered', () => {
    const answer = reply({ status: 200, body: `{\n  "headers": {} }${'.'.repeat(99)}` });
    const beginning = `{ "headers": {} }${'.'.repeat(43)}…`;
    const observed = `4 × 000 with curl exit 56 (Recv failure); 1 × 200 (${beginning})`;
    const why = `${observed}, where it had to be refused`;
    expect(shownOf([...times(4, reset), answer])).toEqual({ verdict: 'fail', observed, why });
  });

  test('fail if one is something else, such as a 403', () => {
    expect(shownOf([...times(4, reset), reply({ status: 403 })]).verdict).toBe('fail');
  });

  test('are inconclusive if one shows nothing, or is missing', () => {
    const silent = reply({ curlExit: 28 });
    for (const replies of [[...times(4, reset), silent], times(4, reset), []]) {
      expect(shownOf(replies).verdict).toBe('inconclusive');
    }
    expect(shownOf([])).toMatchObject({ observed: 'nothing', why: 'only 0 of 5 tries could be told: nothing' });
  });

  test('of replies that differ, those that are told alike count together', () => {
    const [one, other] = [alert, alert.replace('268436504', '268436505')];
    const replies = [one, other, one, other, one].map((body) => reply({ status: 503, body }));
    expect(countedReplies(replies).map(({ count }) => count)).toEqual([3, 2]);
    expect(judged('refused', countedReplies(replies), { shown: shownOverTls, tries: 5 })).toEqual({
      verdict: 'pass',
      observed: '5 × 503, TLS error TLSV1_ALERT_UNKNOWN_CA',
    });
  });

  test('a record has the whole body only of what failed, since the way of failing is in it', () => {
    const long = 'x'.repeat(200);
    const bodyOf = (changes: Partial<Reply>) => countedReplies([reply({ body: long, ...changes })])[0]?.reply.body;
    expect(bodyOf({ status: 200 })).toHaveLength(60);
    for (const failed of [{ status: 503 }, { status: 200, grpcStatus: 14 }, { tunnel: 503, curlExit: 56 }]) {
      expect(bodyOf(failed)).toBe(long);
    }
  });
});

test('a failure is told in a few words', () => {
  expect(failureIn(alert)).toBe('TLS error TLSV1_ALERT_UNKNOWN_CA');
  expect(failureIn(nobody)).toBe('remote connection failure');
  expect(failureIn('{ "headers": {} }')).toBe('');
});
