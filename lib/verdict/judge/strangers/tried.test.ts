import { podOf, servingOf } from '../../../mesh/serving-fixtures.ts';
import { reason } from '../../../model/reason.ts';
import type { Reception } from '../../../model/strangers.ts';
import type { Impostor, KubeObject, Stranger, Workload } from '../../../model/types.ts';
import { parseRelease } from '../../../model/world/release.ts';
import { topologyOf } from '../../../model/world/topology.ts';
import { id } from '../../../run/fixtures.ts';
import { workloadObjects } from '../../../scenario/manifests.ts';
import { topology as topologyNamed } from '../../../scenario/topology.ts';
import { judgeCheck } from '../../judge.ts';
import { whyOf } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { RunSetting } from '../../record/looked.ts';
import type { CheckSeen } from '../../record/step.ts';
import {
  type Around,
  type CountedReply,
  countedReplies,
  type ImpostorCounts,
  type ImpostorRow,
  type NamesRow,
  type Reply,
  type StrangerRow,
  type TriedRow,
} from '../../record/tried.ts';
import { trimmed, trimmedServing } from '../../record/trimmed.ts';

const TRIES = 5;
const namespaces = { full: 'full-ab12c3' };
const release = parseRelease('1.31');
const topology = topologyOf(workloadObjects([topologyNamed('auto-mtls')], {}), release);
const { serving, made } = servingOf(topology, id);
const setting: RunSetting = {
  topology,
  namespaces,
  mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: true },
  meshObject: 'ConfigMap istio-system/istio',
  made: made.map(trimmed),
};

/** Judges what a check saw, and the same as it is in a record that was written and read again: that must not differ. */
function judged(seen: CheckSeen) {
  const { verdict, reasons, rows = [] } = judgeCheck(recorded(setting), recorded(seen));
  expect({ verdict, reasons, rows }).toEqual({ rows: [], ...judgeCheck(setting, seen) });
  return { verdict, reasons, rows, why: whyOf(reasons) };
}
const tried = (rows: TriedRow[], around?: Around) =>
  judged({ reasons: [], tried: { tries: TRIES, rows, ...(around && { around }) } });
const verdictsOf = (rows: TriedRow[]) => tried(rows).rows.map(({ verdict }) => verdict);

const replies = (count: number, changes: Partial<Reply>) => {
  const reply = { status: 0, tunnel: 0, curlExit: 0, curlMessage: '', grpcStatus: 0, body: '', ...changes };
  return countedReplies(Array.from({ length: count }, () => reply));
};
const answers = (count = TRIES) => replies(count, { status: 200, body: 'hello' });
const resets = (count = TRIES) => replies(count, { curlExit: 56 });
const unavailable = (count = TRIES) => replies(count, { status: 503 });

const reasons = [reason('stranger.untrusted', 'the authority is another')];
const refused = { comesTo: 'refused' as const, reasons: reasons };
const letIn = { comesTo: 'let in' as const, reasons: [] };

const server = 'httpbin.full:8080';

/** What of a row may be otherwise. */
interface Otherwise {
  client?: string;
  server?: string;
  expected?: Reception;
  replies?: CountedReply[];
}

/** A stranger that had to be refused and was, while its control was let in; unless it is otherwise. */
const stranger = (one: Stranger, otherwise: Otherwise & { control?: CountedReply[] } = {}): StrangerRow => ({
  kind: 'stranger',
  client: `a stranger (${one})`,
  server,
  stranger: one,
  expected: refused,
  replies: resets(),
  control: answers(),
  ...otherwise,
});
const strangerNot = (one: Stranger, not: { notAsked: string } | { leftOut: string }): StrangerRow => {
  const client = `a stranger (${one})`;
  return { kind: 'stranger', client, server, stranger: one, expected: refused, ...not };
};
const member = (otherwise: Otherwise = {}) => stranger('member', { expected: letIn, replies: answers(), ...otherwise });

test('the worst verdict counts, and the sentence has what is wrong', () => {
  const passed = stranger('plain');
  const unclear = stranger('self-signed', { control: [] });
  const failed = stranger('no-certificate', { replies: answers() });
  expect(tried([passed, unclear, failed])).toMatchObject({
    verdict: 'fail',
    reasons: [{ code: 'tried-otherwise', client: failed.client, server, expected: 'refused' }],
    why: `a stranger (no-certificate) → ${server} (refused): 5 × 200 (hello…), where it had to be refused`,
    rows: [{ verdict: 'pass', reasons }, { verdict: 'inconclusive' }, { verdict: 'fail' }],
  });
  expect(tried([passed, unclear])).toMatchObject({
    verdict: 'inconclusive',
    reasons: [{ code: 'tried-unclear', client: unclear.client }],
    why: expect.stringContaining('its control, a server that takes any certificate, answered only 0 of 5 times'),
  });
  expect(tried([passed])).toMatchObject({ verdict: 'pass', why: '1 of 1 as expected' });
});

test('what was not tried is told, and is no failure', () => {
  const found = tried([stranger('plain'), strangerNot('member', { leftOut: 'its key is not read here' })]);
  expect(found).toMatchObject({
    verdict: 'pass',
    why: '1 of 1 as expected; 1 were not tried: its key is not read here',
    rows: [{}, { verdict: 'not-tried', observed: 'not tried', why: 'its key is not read here' }],
  });
});

test('if nothing was tried, that is no pass', () => {
  expect(tried([]).verdict).toBe('inconclusive');
  expect(tried([strangerNot('member', { leftOut: 'no key' })]).verdict).toBe('inconclusive');
});

describe('a stranger', () => {
  test('that was refused needs a control that was let in each time', () => {
    expect(tried([stranger('plain', { control: answers(4) })]).rows[0]).toMatchObject({
      verdict: 'inconclusive',
      observed: '5 × 000 with curl exit 56',
      why: 'its control, a server without a sidecar, answered only 4 of 5 times',
    });
    const { kind, client, expected } = stranger('plain');
    const without = { kind, client, server, stranger: 'plain' as const, expected, replies: resets() } as StrangerRow;
    expect(tried([without]).rows[0]).toMatchObject({
      verdict: 'inconclusive',
      why: 'there is no control: a server without a sidecar',
    });
  });

  test('that was let in needs none, whether it had to be or not', () => {
    expect(verdictsOf([stranger('plain', { expected: letIn, replies: answers(), control: [] })])).toEqual(['pass']);
    const once = [...resets(4), ...answers(1)];
    expect(verdictsOf([stranger('plain', { replies: once, control: [] })])).toEqual(['fail']);
  });

  test('that could not ask shows nothing', () => {
    expect(tried([strangerNot('plain', { notAsked: 'nobody could ask: no room' })]).rows).toMatchObject([
      { verdict: 'inconclusive', observed: 'nothing', why: 'nobody could ask: no room' },
    ]);
  });

  test('with a certificate was not refused for it where no member was let in either', () => {
    const elsewhere = { server: 'echo.full:8080' };
    const rows = [stranger('plain'), stranger('self-signed'), stranger('self-signed', elsewhere)];
    const shutOut = member({ replies: resets() });
    const found = tried([...rows, shutOut, member(elsewhere)]).rows;
    expect(found.map(({ verdict }) => verdict)).toEqual(['pass', 'inconclusive', 'pass', 'fail', 'pass']);
    expect(found[1]?.why).toBe('a stranger (member) was not let in either');
    // A member that nobody could send shows as little.
    const notAsked = { ...strangerNot('member', { notAsked: 'no pod' }), expected: letIn };
    expect(verdictsOf([stranger('self-signed'), notAsked])).toEqual(['inconclusive', 'inconclusive']);
    // Under DISABLE nobody is let in over TLS.
    expect(verdictsOf([stranger('self-signed'), stranger('member')])).toEqual(['pass', 'pass']);
    expect(verdictsOf([stranger('self-signed'), member({ expected: refused })])).toEqual(['pass', 'fail']);
    const leftOut = { ...strangerNot('member', { leftOut: 'no key' }), expected: letIn };
    expect(verdictsOf([stranger('self-signed'), leftOut])).toEqual(['pass', 'not-tried']);
  });
});

/** A client that had to refuse an impostor and did, which the impostor saw; unless it is otherwise. */
const impostor = (one: Impostor, otherwise: Otherwise & { counted?: ImpostorCounts } = {}): ImpostorRow => ({
  ...impostorPlace(one),
  replies: unavailable(),
  counted: { ended: 5, requests: 0 },
  ...otherwise,
});
const impostorPlace = (one: Impostor) => {
  const place = { client: 'sleep.full', server: `an impostor (${one})` };
  return { kind: 'impostor' as const, ...place, impostor: one, expected: refused as Reception };
};
const named = (otherwise: Otherwise = {}) =>
  impostor('named', { expected: letIn, replies: answers(), counted: { ended: 0, requests: 5 }, ...otherwise });

describe('an impostor', () => {
  test('is refused only if it saw handshakes end', () => {
    expect(verdictsOf([impostor('self-signed')])).toEqual(['pass']);
    expect(verdictsOf([impostor('self-signed', { counted: { ended: 0, requests: 0 } })])).toEqual(['inconclusive']);
    expect(verdictsOf([{ ...impostorPlace('self-signed'), replies: unavailable() }])).toEqual(['inconclusive']);
  });

  test('must not have read a request that nobody got an answer to', () => {
    const counted = { ended: 9, requests: 2 };
    const rows = [impostor('self-signed', { counted }), impostor('self-signed', { counted, client: 'sleep.partial' })];
    expect(tried([...rows, named()]).rows).toMatchObject([
      { verdict: 'fail', observed: '5 × 503', why: 'the impostor read 2 requests' },
      { verdict: 'fail', why: 'the impostor read 2 requests' },
      { verdict: 'pass' },
    ]);
    // It counts the requests of all clients together, and those that it answered are told in their own row.
    const believed = { counted, client: 'sleep.partial', replies: [...unavailable(3), ...answers(2)] };
    expect(verdictsOf([impostor('self-signed', { counted }), impostor('self-signed', believed)])).toEqual([
      'pass',
      'fail',
    ]);
  });

  test('was not refused for its certificate where the right one was not accepted either', () => {
    const rows = [impostor('self-signed'), impostor('self-signed', { client: 'sleep.partial' })];
    const found = tried([...rows, named({ replies: unavailable() }), named({ client: 'sleep.partial' })]).rows;
    expect(found.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'pass', 'inconclusive', 'pass']);
    expect(found[0]?.why).toBe('an impostor (named) was not accepted either');
  });

  test('that could not be made is inconclusive, or not tried', () => {
    const notAsked = 'there were no impostors: no room';
    expect(tried([{ ...impostorPlace('self-signed'), notAsked }]).rows).toMatchObject([
      { verdict: 'inconclusive', observed: 'not tried', why: notAsked },
    ]);
    const left = { ...impostorPlace('named'), expected: letIn, leftOut: 'no key' };
    expect(verdictsOf([impostor('self-signed'), left])).toEqual(['pass', 'not-tried']);
  });
});

describe('the names that a sidecar accepts', () => {
  const account = 'spiffe://cluster.local/ns/full-ab12c3/sa/httpbin';
  const place = { client: 'sleep.full', server: "httpbin.full:8000's names" };
  const names = { kind: 'names' as const, ...place, expected: { names: [account], reasons: reasons } };
  const rowOf = (row: NamesRow) => tried([row]).rows[0];

  test('must be those of the model, and are told with the topology’s names', () => {
    const accepts = 'accepts spiffe://cluster.local/ns/full/sa/httpbin';
    expect(rowOf({ ...names, accepted: [account] })).toEqual({
      ...place,
      expected: accepts,
      observed: accepts,
      verdict: 'pass',
      reasons,
    });
    expect(rowOf({ ...names, accepted: [account, 'spiffe://x'] })).toMatchObject({
      verdict: 'fail',
      observed: `${accepts}, spiffe://x`,
      why: `its sidecar ${accepts}, spiffe://x`,
    });
    // Names of the topology are not those of the run.
    expect(rowOf({ ...names, accepted: [account.replace('full-ab12c3', 'full')] })?.verdict).toBe('fail');
    expect(rowOf({ ...names, accepted: [] })).toMatchObject({ verdict: 'fail', why: 'its sidecar accepts any name' });
  });

  test('are not known if its configuration does not tell, whatever it did with impostors', () => {
    const unread = 'its configuration cannot be read';
    expect(rowOf({ ...names, unread })).toMatchObject({ verdict: 'inconclusive', observed: unread, why: unread });
    expect(verdictsOf([named({ replies: unavailable() }), { ...names, accepted: [account] }])).toEqual([
      'inconclusive',
      'pass',
    ]);
  });
});

describe('what is around after a failure', () => {
  const failed = stranger('no-certificate', { replies: answers() });
  const around = (changes: Partial<Around['others']> = {}, pods = serving.pods): Around => ({
    serving: trimmedServing({ ...serving, pods }),
    others: { before: [], now: { objects: [], unread: [] }, ...changes },
  });
  const filter: KubeObject = {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { namespace: 'istio-system', name: 'x', uid: 'u', resourceVersion: '1' },
  };

  test('changes nothing where all is well', () => {
    expect(tried([failed], around())).toEqual(tried([failed]));
  });

  test('leaves it open if something has come since', () => {
    const { verdict, reasons: why, rows } = tried([stranger('plain'), failed], around({ now: now(filter) }));
    expect(verdict).toBe('inconclusive');
    expect(why.map(({ code }) => code)).toEqual(['acts-since', 'tried-otherwise']);
    expect(rows).toMatchObject([
      { verdict: 'pass' },
      { verdict: 'inconclusive', why: expect.stringMatching(/^EnvoyFilter istio-system\/x .*; 5 × 200 \(hello…\), /) },
    ]);
  });

  test('may explain it, if it was there before', () => {
    const { verdict, reasons: why, rows } = tried([failed], around({ before: [filter], now: now(filter) }));
    expect(verdict).toBe('fail');
    expect(why.map(({ code }) => code)).toEqual(['acts', 'tried-otherwise']);
    expect(rows[0]).toEqual(tried([failed]).rows[0]);
  });

  test('leaves it open if the run’s own pods are not as they should be', () => {
    const workload = topology.workloads.find(({ namespace }) => namespace === 'full') as Workload;
    const bare = podOf({ ...workload, sidecar: false }, id, 'bare', '10.9.9.9');
    const found = tried([failed], around({}, [bare, ...serving.pods.slice(1)]));
    expect(found.verdict).toBe('inconclusive');
    expect(found.reasons.map(({ code }) => code)).toContain('sidecar-missing');
  });

  function now(...objects: KubeObject[]) {
    return { objects, unread: [] };
  }
});
