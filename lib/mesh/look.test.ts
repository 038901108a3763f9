import { createHash } from 'node:crypto';
import type { KubeObject, ObjectChange } from '../model/types.ts';
import { type FakeApi, fakeApi } from '../platform/kube/api-fixtures.ts';
import { cellsOf } from '../run/cells.ts';
import {
  asking,
  configMap,
  learnedWith,
  meshText,
  namespaces,
  runOn,
  seeing,
  servingObjects,
} from '../run/fixtures.ts';
import type { ServerLog } from '../verdict/record/looked.ts';
import { lookAround, lookAtMesh } from './look.ts';
import { type Learned, nothingAsked, type Run, worldOf } from './run.ts';
import { tokenCollector } from './server-logs.ts';
import { lookAtServing } from './serving.ts';

type Stored = FakeApi['stored'] extends Map<string, infer One> ? One : never;

const SECRET = 'hunter2';
const { full } = namespaces;
let api: FakeApi;
afterEach(() => api.close());

/** Others' objects, which hold secrets where verdicts do not look. */
const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': SECRET };
const strict = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { namespace: full, name: 'theirs', annotations },
  spec: { mtls: { mode: 'STRICT' } },
} as KubeObject;
const deny = {
  ...strict,
  kind: 'AuthorizationPolicy',
  spec: { rules: [{ when: [{ values: [SECRET] }] }] },
} as KubeObject;
const configured = (text: string) => ({ ...configMap, data: { mesh: text } });

const tokenOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 15);

/** Looks around a step that sends one request from sleep.legacy to httpbin.full, which was refused. */
async function look(quiet: Run, learned: Learned, changes: ObjectChange[] = []) {
  const run = { ...quiet, watching: seeing(changes) };
  const applied = worldOf(run, learned, { applied: [strict], autoMtls: true });
  const step = asking({ kind: 'ask', title: '', objects: [] });
  const cells = cellsOf(run, learned, step, { before: applied, during: applied });
  const { tokens, collect } = tokenCollector();
  for (const cell of cells) {
    const isRefused = cell.id.startsWith('sleep.legacy') && cell.id.includes('httpbin.full');
    const observation = isRefused ? { kind: 'refused' as const, curlExit: 56 } : { kind: 'plain' as const };
    collect(cell, { token: tokenOf(cell.id), observation, counts: true });
  }
  const serving = await lookAtServing(run);
  const judgements = new Map();
  return lookAround(run, learned, { cells, judgements, tokens, serving, appliedAt: Date.now(), altered: [] });
}

test('a run begins with what others have, and has learned nothing else', async () => {
  api = await fakeApi([configMap, ...servingObjects, strict, deny]);
  const { foreign, others, ...rest } = await lookAtMesh(runOn(api));
  expect(foreign).toMatchObject([{ kind: 'PeerAuthentication', metadata: { name: 'theirs' } }]);
  expect(others.objects).toMatchObject([{ kind: 'AuthorizationPolicy', metadata: { name: 'theirs' } }]);
  expect({ ...rest, foreign: [], others }).toEqual(nothingAsked({ foreign: [], others }));
});

test('what others have is learned, and nothing secret of it is recorded', async () => {
  const pods = servingObjects.map((object) =>
    object.kind === 'Pod' ? { ...object, metadata: { ...object.metadata, annotations } } : object,
  );
  api = await fakeApi([configured(`${meshText}# ${SECRET}\n`), ...pods, strict, deny]);
  const run = runOn(api);
  const before = learnedWith();
  const changes = [{ before: configMap, now: configured(`${meshText}# ${SECRET}\n`) }];
  const { looked, learned } = await look(run, before, changes);
  expect(looked.policies).toMatchObject({ before: [], now: [{ metadata: { name: 'theirs' } }] });
  expect(looked.others.now?.objects).toMatchObject([{ kind: 'AuthorizationPolicy' }]);
  expect(looked.serving.now).toEqual(looked.serving.before);
  expect(JSON.stringify(looked)).not.toContain(SECRET);
  expect(learned.foreign).toMatchObject([{ metadata: { name: 'theirs', annotations } }]);
  expect(learned.serving).toEqual(await lookAtServing(run));
  // What was known before stays as it is: whoever begins there again has learned nothing of this.
  expect(before).toEqual(learnedWith());
});

test('a server whose log shows what it answered is known to log requests from then on', async () => {
  api = await fakeApi([configMap, ...servingObjects]);
  const made = runOn(api).made.map((object) => ({
    ...object,
    ...(object.kind === 'Deployment' && { spec: { template: { spec: { containers: [{ name: 'app' }] } } } }),
  }));
  const run = runOn(api, { made });
  let learned = learnedWith();
  const logs = async (text: string): Promise<ServerLog[]> => {
    api.stored.set(`/api/v1/namespaces/${full}/pods/httpbin-1/log`, text as unknown as Stored);
    const { looked, ...after } = await look(run, learned);
    ({ learned } = after);
    return looked.logs;
  };
  const id = 'sleep.legacy → http://httpbin.full:8000';
  const known = { workload: `${full}/httpbin`, protocol: 'http', podNames: `pod ${full}/httpbin-1`, answered: 1 };
  const refused = (came: number) => [{ cell: id, refused: 1, came }];
  const answered = `GET /${tokenOf('sleep.full → http://httpbin.full:8000')}`;
  expect(await logs(`GET /${tokenOf(id)}`)).toEqual([
    { ...known, showsAnswered: false, showedAnswered: false, refused: refused(1) },
  ]);
  expect(learned.logging).toEqual(new Set());
  expect(await logs(answered)).toEqual([{ ...known, showsAnswered: true, showedAnswered: false, refused: refused(0) }]);
  expect(learned.logging).toEqual(new Set([`http://${full}/httpbin`]));
  expect(await logs(answered)).toMatchObject([{ showedAnswered: true }]);
});

test.each<[string, boolean, string, string, boolean]>([
  ['others switch it off as well', false, meshText, meshText.replace('true', 'false'), true],
  ['the run has it on', true, meshText, meshText.replace('true', 'false'), false],
  ['others switch it on', false, meshText.replace('true', 'false'), meshText, false],
  ['others cannot be read', false, meshText, 'a: [', false],
])('that others want automatic mutual TLS off, where %s', async (_, autoMtls, before, now, wanted) => {
  api = await fakeApi([configMap, ...servingObjects]);
  const run = runOn(api, { mesh: { autoMtls, lease: { rest: () => {} } } });
  await look(run, learnedWith(), [{ before: configured(before), now: configured(now) }]);
  expect(run.mesh.lease?.wantedByOthers ?? false).toBe(wanted);
});

test('what could not be looked at is told, and the rest is found all the same', async () => {
  api = await fakeApi([configMap, ...servingObjects, strict]);
  const run = runOn(api);
  const before = learnedWith({ foreign: [deny] });
  const refusal = (call: string) =>
    call.endsWith('/peerauthentications') ? { code: 500, message: 'busy' } : undefined;
  api.refusal = refusal;
  const { looked, learned } = await look(run, before);
  expect(looked.failed).toEqual([expect.stringContaining('busy')]);
  expect(looked.policies).toMatchObject({ before: [{ metadata: { name: 'theirs' } }], changes: [] });
  expect(looked.policies.now).toBeUndefined();
  expect(looked.serving.now).toBeDefined();
  expect(learned.foreign).toEqual(before.foreign);
});
