import { type FakeApi, fakeApi } from '../kube/api-fixtures.ts';
import type { ObjectChange } from '../kube/object-log.ts';
import type { KubeObject } from '../model/types.ts';
import type { Judgement } from '../probe/types.ts';
import { reasonWords } from '../verdict/reasons.ts';
import { cellsOf } from './cells.ts';
import { asking, configMap, meshText, namespaces, runOn } from './fixtures.ts';
import { meanwhileOf } from './meanwhile.ts';
import { lookAtOthers } from './others.ts';
import { type Run, worldOf } from './run.ts';

let api: FakeApi;
afterEach(() => api.close());

const { full } = namespaces;
const object = (kind: string, group: string, namespace: string, spec: object, metadata: object = {}): KubeObject =>
  ({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { namespace, name: 'x', uid: kind, generation: 1, ...metadata },
    spec,
  }) as KubeObject;
const disable = object('PeerAuthentication', 'security.istio.io', full, { mtls: { mode: 'DISABLE' } });
const deny = object('AuthorizationPolicy', 'security.istio.io', full, { rules: [{}] });

/** What the watches saw in a step in which nothing is applied and after which nothing is there. */
async function meanwhile(changes: ObjectChange[], run: Partial<Run> = {}, behind: string[] = []) {
  api = await fakeApi([configMap]);
  const own = runOn(api, run);
  own.others = await lookAtOthers(own);
  own.watching = { changes: async () => ({ changes, behind }), unwatched: () => undefined, stop: () => {} };
  const world = worldOf(own, [], true);
  const worlds = { before: world, during: world };
  const cells = cellsOf(own, asking({ kind: 'ask', title: '', objects: [] }), worlds);
  const found = { policies: [], others: await lookAtOthers(own), configMap, drift: undefined };
  const { notes, doubts } = await meanwhileOf(own, { worlds, cells }, found);
  const doubted = (verdict: Judgement['verdict']) =>
    cells.flatMap((cell) =>
      doubts(cell, { verdict } as Judgement).map((reason) => [cell.name, reasonWords(reason)] as const),
    );
  return { notes, passing: doubted('pass'), failing: doubted('fail'), run: own };
}

test('where nothing happened, nothing is doubted', async () => {
  expect(await meanwhile([])).toMatchObject({ notes: [], passing: [], failing: [] });
});

test('a policy that came and went takes the pass from the pairs that it changes', async () => {
  const { passing, run } = await meanwhile([{ now: disable }, { before: disable }]);
  const why = `PeerAuthentication ${full}/x was made and deleted again by somebody else during the run (with that: 200 in plain text)`;
  expect(passing).toEqual([
    ['sleep.full → httpbin.full', why],
    ['sleep.legacy → httpbin.full', why],
  ]);
  expect(run.observed.size).toBe(4);
});

test('what came and went and can act takes it from the pairs that it touches, and names itself', async () => {
  const { passing } = await meanwhile([{ now: deny }, { before: deny }]);
  expect(passing.map(([name]) => name).sort()).toEqual(['sleep.full → httpbin.full', 'sleep.legacy → httpbin.full']);
  expect(passing[0]?.[1]).toMatch(/acts on every workload in .*; it was made and deleted again during the step$/);
});

test('what the run itself applied is no change by others, nor is one of a status', async () => {
  const own = { ...disable, metadata: { ...disable.metadata, uid: 'own' } };
  const written = { ...configMap, metadata: { ...configMap.metadata, resourceVersion: '7' } };
  const given = { appliedUids: new Set(['own']), meshWrites: new Set(['7']) };
  const changes = [{ now: own }, { before: own }, { before: configMap, now: written }, { before: deny, now: deny }];
  expect(await meanwhile(changes, given)).toMatchObject({ notes: [], passing: [], failing: [] });
});

test('automatic mutual TLS to and fro takes the pass from the pairs that would do otherwise', async () => {
  const off = { ...configMap, data: { mesh: meshText.replace('true', 'false') } };
  const { notes, passing, failing } = await meanwhile([
    { before: configMap, now: off },
    { before: off, now: configMap },
  ]);
  const why =
    'ConfigMap istio-system/istio was changed by somebody else during the step: enableAutoMtls is false, was true; and back';
  expect(notes).toEqual([why]);
  expect(passing).toEqual([
    ['sleep.full → httpbin.full', why],
    ['sleep.full → httpbin.partial', why],
  ]);
  expect(failing).toHaveLength(6);
});

test('what cannot be read for a moment is named, and changes no pass', async () => {
  const broken = { ...configMap, data: { mesh: 'a: [' } };
  const { notes, passing } = await meanwhile([
    { before: configMap, now: broken },
    { before: broken, now: configMap },
  ]);
  expect(notes).toEqual([
    'ConfigMap istio-system/istio was changed by somebody else during the step: it is no longer YAML; and back',
  ]);
  expect(passing).toEqual([]);
});

test('other fields to and fro take no pass', async () => {
  const other = { ...configMap, data: { mesh: `${meshText}accessLogFile: /dev/stdout\n` } };
  const { passing, failing } = await meanwhile([
    { before: configMap, now: other },
    { before: other, now: configMap },
  ]);
  expect([passing.length, failing.length]).toEqual([0, 6]);
});

test('a watch that is behind casts doubt on every pair', async () => {
  const { notes, passing } = await meanwhile([], {}, ['the watch is behind']);
  expect([notes, passing.length]).toEqual([['the watch is behind'], 6]);
});
