import { lookAround, lookAtMesh } from '../../../mesh/look.ts';
import { settingOf, worldOf } from '../../../mesh/run.ts';
import { tokenCollector } from '../../../mesh/server-logs.ts';
import { lookAtServing } from '../../../mesh/serving.ts';
import type { Expectation, ExpectedOutcome } from '../../../model/expected.ts';
import type { KubeObject, ObjectChange } from '../../../model/types.ts';
import { nameOf, pathOf } from '../../../model/world/name.ts';
import { pathOf as apiPathOf, type FakeApi, fakeApi } from '../../../platform/kube/api-fixtures.ts';
import { cellsOf } from '../../../run/cells.ts';
import {
  asking,
  configMap,
  learnedWith,
  meshText,
  namespaces,
  type RunChanges,
  runOn,
  seeing,
  servingObjects,
} from '../../../run/fixtures.ts';
import type { Observation } from '../../observed.ts';
import { reasonWords, type VerdictReason } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { Looked, Pod, Serving } from '../../record/looked.ts';
import type { NamedPair } from '../../record/step.ts';
import { reviewed } from './reviewed.ts';
import type { AskedStep } from './step.ts';

type Stored = FakeApi['stored'] extends Map<string, infer One> ? One : never;
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
const nothingSeen = { requests: 0, seen: [], timeline: [], counted: 90, wrong: 0, missChance: 0, flaps: 0 };
const deny = object('AuthorizationPolicy', 'security.istio.io', full, { rules: [{}] });

/** Why the answers alone come to a verdict. */
const byAnswers: Record<'pass' | 'fail', VerdictReason> = {
  pass: { code: 'as-expected', answers: 90, expected: [] },
  fail: { code: 'wrong-answers', answers: 90, expected: [], wrong: [{ observation: { kind: 'plain' }, times: 90 }] },
};

/** What the watches of a run saw in a step, and what else happened before the run looked around. */
interface Happened {
  changes?: ObjectChange[];
  behind?: string[];
  meddle?: () => void;
}

/** A step of the task in which nothing is applied, as it was found around its pairs. */
async function found({ changes = [], behind = [], meddle }: Happened, given: RunChanges = {}): Promise<AskedStep> {
  api = await fakeApi([configMap, ...servingObjects]);
  const run = runOn(api, { watching: seeing(changes, behind), ...given });
  const { foreign, others } = await lookAtMesh(run);
  const learned = learnedWith({ foreign, others });
  const world = worldOf(run, learned, { applied: [], autoMtls: true });
  const worlds = { before: world, during: world };
  const cells = cellsOf(run, learned, asking({ kind: 'ask', title: '', objects: [] }), worlds);
  const { tokens } = tokenCollector();
  const serving = await lookAtServing(run);
  meddle?.();
  const asked = { cells, judgements: new Map(), tokens, serving, appliedAt: Date.now(), altered: [] };
  const { looked } = await lookAround(run, learned, asked);
  return { setting: settingOf(run), looked, pairs: cells, during: world, observed: learned.observed, changed: false };
}

/** Judges it by a record that was written and read again. */
async function meanwhile(changes: ObjectChange[], given: RunChanges = {}, behind: string[] = []) {
  const step = await found({ changes, behind }, given);
  return judged({ ...step, setting: recorded(step.setting), looked: recorded(step.looked) });
}

function judged(asked: AskedStep) {
  const { notes, unsettled, judge } = reviewed(asked);
  const doubted = (verdict: 'pass' | 'fail') =>
    asked.pairs.flatMap((cell) => {
      const reason = byAnswers[verdict];
      const { reasons } = judge(cell, { ...nothingSeen, verdict, reasons: [reason] });
      const others = reasons.filter((one) => one !== reason);
      return others.map((one) => [cell.name, reasonWords(one)] as const);
    });
  return { notes, unsettled, passing: doubted('pass'), failing: doubted('fail') };
}

test('where nothing happened, nothing is doubted', async () => {
  expect(await meanwhile([])).toMatchObject({ notes: [], passing: [], failing: [] });
});

test('a policy that came and went takes the pass from the pairs that it changes', async () => {
  const { passing, unsettled } = await meanwhile([{ now: disable }, { before: disable }]);
  const why = `PeerAuthentication ${full}/x was made and deleted again by somebody else during the run (with that: 200 in plain text)`;
  expect(passing).toEqual([
    ['sleep.full → httpbin.full', why],
    ['sleep.legacy → httpbin.full', why],
  ]);
  expect(unsettled).toHaveLength(2);
});

test('what came and went and can act takes it from the pairs that it touches, and names itself', async () => {
  const { passing } = await meanwhile([{ now: deny }, { before: deny }]);
  expect(passing.map(([name]) => name).sort()).toEqual(['sleep.full → httpbin.full', 'sleep.legacy → httpbin.full']);
  expect(passing[0]?.[1]).toMatch(/acts on every workload in .*; it was made and deleted again during the step$/);
});

test('what the run itself applied is no change by others, nor is one of a status', async () => {
  const own = { ...disable, metadata: { ...disable.metadata, uid: 'own' } };
  const written = { ...configMap, metadata: { ...configMap.metadata, resourceVersion: '7' } };
  const given = { mesh: { appliedUids: new Set(['own']), writes: new Set(['7']) } };
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

test('a record that was written and read again is judged alike, whatever happened', async () => {
  const own = { ...disable, metadata: { ...disable.metadata, name: 'own', uid: 'own', namespace: full } };
  const filter = object('EnvoyFilter', 'networking.istio.io', full, { configPatches: [{}] });
  const step = await found({
    changes: [{ now: deny }, { before: deny }, { now: disable }],
    behind: ['the watch is behind'],
    meddle: () => {
      api.stored.set(apiPathOf(disable), disable as Stored);
      const [pod] = servingObjects.filter(({ kind }) => kind === 'Pod') as [KubeObject];
      api.stored.set(apiPathOf(pod), { ...pod, metadata: { ...pod.metadata, uid: 'another' } });
      api.refusal = (call) => (call.endsWith('/configmaps/istio') ? { code: 500, message: 'busy' } : undefined);
    },
  });
  const log = {
    workload: `${full}/httpbin`,
    podNames: 'pod a',
    answered: 1,
    showsAnswered: true,
    showedAnswered: true,
  };
  const looked: Looked = {
    ...step.looked,
    others: { ...step.looked.others, now: { objects: [filter], unread: ['No rights.'] } },
    applied: [own],
    altered: [{ object: 'PeerAuthentication x', change: { field: 'spec.a', is: 1 } }],
    stored: [],
    rejections: { found: [{ namespace: full, pod: 'a', type: 'LDS', said: 'no' }], unread: { right: 'r', error: 'e' } },
    logs: [{ ...log, refused: [{ cell: 'c', refused: 2, came: 1 }] }],
  };
  const direct = judged({ ...step, looked });
  const codes = new Set(direct.passing.map(([, words]) => words));
  expect(codes.size).toBeGreaterThan(7);
  expect(step.looked.failed.join()).toContain('busy');
  expect(judged({ ...step, setting: recorded(step.setting), looked: recorded(looked) })).toEqual(direct);
});

describe('which pairs are in doubt, and why', () => {
  const every = ['full', 'legacy'].flatMap((client) => ['full', 'partial', 'legacy'].map((to) => `${client} → ${to}`));
  const toFull = ['full → full', 'legacy → full'];
  const short = (name: string) => name.replaceAll(/sleep\.|httpbin\./g, '');
  /** The pairs whose reasons say this, if their answers are as expected and if they are not. */
  const saying = (words: RegExp, { passing, failing }: ReturnType<typeof judged>) => ({
    passing: passing.filter(([, why]) => words.test(why)).map(([name]) => short(name)),
    failing: failing.filter(([, why]) => words.test(why)).map(([name]) => short(name)),
  });
  /** The pods, of which those of one workload were changed. */
  const podsWith = (serving: Serving, path: string, change: (pod: Pod) => Partial<Pod>): Serving => ({
    ...serving,
    pods: serving.pods.map((pod) => (pathOf(pod) === `${path}-1` ? { ...pod, ...change(pod) } : pod)),
  });
  const restarted = (pod: Pod): Partial<Pod> => ({
    status: {
      ...pod.status,
      containerStatuses: (pod.status?.containerStatuses ?? []).map((one) => ({ ...one, restartCount: 1 })),
    },
  });
  const own = { ...disable, metadata: { ...disable.metadata, name: 'own', uid: 'own' } };
  const rejection = { namespace: full, pod: 'a', type: 'LDS', said: 'no' };

  test.each<[string, RegExp, { passing: string[]; failing: string[] }, (looked: Looked) => Partial<Looked>]>([
    [
      'a server of which a container was restarted',
      /container httpbin of pod .* was restarted/,
      { passing: [], failing: toFull },
      ({ serving }) => ({ serving: { ...serving, now: podsWith(serving.before, `${full}/httpbin`, restarted) } }),
    ],
    [
      'a client of which a container was restarted',
      /container sleep of pod .* was restarted/,
      { passing: [], failing: every.slice(0, 3) },
      ({ serving }) => ({ serving: { ...serving, now: podsWith(serving.before, `${full}/sleep`, restarted) } }),
    ],
    [
      'what did not serve before the step',
      /^httpbin\.legacy-\w+ is not served by/,
      { passing: every, failing: every },
      ({ serving }) => ({ serving: { ...serving, before: { ...serving.before, slices: [] } } }),
    ],
    [
      'an object of the run that is gone',
      /^PeerAuthentication \S+\/own was deleted by somebody else during the step$/,
      { passing: every, failing: every },
      () => ({ applied: [own], stored: [] }),
    ],
    [
      'one that was changed',
      /^PeerAuthentication \S+\/own was changed by somebody else during the step$/,
      { passing: every, failing: every },
      () => ({ applied: [own], stored: [{ object: nameOf(own), uid: 'own', generation: 2, changes: [] }] }),
    ],
    [
      'one that is as it was',
      /own/,
      { passing: [], failing: [] },
      () => ({ applied: [own], stored: [{ object: nameOf(own), uid: 'own', generation: 1, changes: [] }] }),
    ],
    ['a look that failed', /busy/, { passing: every, failing: every }, () => ({ failed: ['busy'] })],
    [
      'what a sidecar rejected',
      /rejects the listeners/,
      { passing: [], failing: ['full → full', 'full → partial', 'full → legacy', 'legacy → full'] },
      () => ({ rejections: { found: [rejection] } }),
    ],
    [
      'a log of istiod that could not be read',
      /istiod's log was not read/,
      { passing: [], failing: every },
      () => ({ rejections: { found: [], unread: { right: 'to get it', error: 'No.' } } }),
    ],
    [
      'a switch of automatic mutual TLS that lasts',
      /was changed by somebody else since the run began: enableAutoMtls is false/,
      { passing: ['full → full', 'full → partial'], failing: every },
      () => ({
        mesh: { drift: { changes: [{ field: 'enableAutoMtls', is: false }] }, changes: [], autoMtls: false },
      }),
    ],
    [
      'what can act and was made in the step is told once',
      /was made during the run|during the step/,
      { passing: toFull, failing: toFull },
      () => ({ others: { before: [], now: { objects: [deny], unread: [] }, changes: [{ now: deny }] } }),
    ],
    [
      'a policy of another run',
      /PeerAuthentication \S+ was made by another run \(x\) during the run/,
      { passing: toFull, failing: every.filter((pair) => pair.includes('full')) },
      () => ({
        policies: { before: [], now: [disable], changes: [] },
        makers: { [disable.metadata.uid as string]: 'another run (x)' },
      }),
    ],
    [
      'what can act and was there all along explains what is wrong',
      /it was there when the run began/,
      { passing: [], failing: toFull },
      () => ({ others: { before: [deny], now: { objects: [deny], unread: [] }, changes: [] } }),
    ],
  ])('%s', async (_, words, wanted, change) => {
    const step = await found({});
    const review = judged({ ...step, looked: recorded({ ...step.looked, ...change(step.looked) }) });
    expect(saying(words, review)).toEqual(wanted);
    expect(saying(/./, judged(step))).toEqual({ passing: [], failing: [] });
  });

  test('a note tells what was restarted, and what can act on pairs of the step', async () => {
    const { looked, ...step } = await found({});
    const { before } = looked.serving;
    const serving = { before, now: podsWith(before, `${full}/httpbin`, restarted) };
    const others = { before: [deny], now: { objects: [deny], unread: ['No rights.'] }, changes: [] };
    const logs = [
      { workload: `${full}/httpbin`, podNames: 'a', answered: 1, showsAnswered: false, showedAnswered: false },
    ];
    const silent = logs.map((log) => ({ ...log, refused: [] }));
    expect(judged({ ...step, looked: recorded({ ...looked, serving, others, logs: silent }) }).notes).toEqual([
      expect.stringContaining('was restarted'),
      expect.stringContaining('it was there when the run began'),
      expect.stringContaining('whether refused requests reached'),
    ]);
  });

  test('a refused request that reached the application fails its pair', async () => {
    const { looked, pairs, ...step } = await found({});
    const reset: Expectation = {
      outcomes: [{ outcome: { kind: 'reset', curlExits: [56] }, endpoints: [], share: 1 }],
      reasons: [],
    };
    const refusing = pairs.map((cell) =>
      short(cell.name) === 'legacy → full' ? { ...cell, expectation: reset } : cell,
    );
    const id = 'sleep.legacy → http://httpbin.full:8000';
    const log = { workload: `${full}/httpbin`, podNames: 'a', answered: 1, showsAnswered: true, showedAnswered: true };
    const logs = [{ ...log, refused: [{ cell: id, refused: 2, came: 1 }] }];
    const review = judged({ ...step, pairs: refusing, looked: recorded({ ...looked, logs }) });
    expect(saying(/refused requests reached/, review)).toEqual({ passing: ['legacy → full'], failing: [] });
  });

  test('a pair that was before as the step will have it shows no arrival, though others do', async () => {
    const { pairs, observed, ...step } = await found({});
    const before: Expectation = { outcomes: [{ outcome: { kind: 'plain' }, endpoints: [], share: 1 }], reasons: [] };
    const changing = pairs.map((cell) => (short(cell.name).startsWith('full → ') ? { ...cell, before } : cell));
    const [first] = changing as [NamedPair];
    const { outcome } = first.expectation.outcomes[0] as ExpectedOutcome;
    const seen = [{ observation: outcome as Observation, count: 90, counted: 90, firstMs: 0, lastMs: 0 }];
    const known = new Map([...observed, [first.id, { seen }]]);
    const review = judged({ ...step, pairs: changing, observed: known, changed: true });
    expect(saying(/nothing shows that the step arrived/, review)).toEqual({
      passing: ['full → full'],
      failing: ['full → full'],
    });
    expect(saying(/arrived/, judged({ ...step, pairs: changing, observed: known, changed: false })).passing).toEqual(
      [],
    );
  });
});
