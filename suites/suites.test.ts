import { servedBy } from '../lib/cli/options/offline.ts';
import type { Expectation, Outcome } from '../lib/model/expected.ts';
import { predict } from '../lib/model/predict.ts';
import type { KubeObject, World } from '../lib/model/types.ts';
import { parseRelease } from '../lib/model/world/release.ts';
import { topologyOf } from '../lib/model/world/topology.ts';
import type { PolicyApi } from '../lib/platform/istio/detect.ts';
import { stepObjects, withAges, workloadObjects } from '../lib/scenario/manifests.ts';
import { assertSound, onRelease, type Scenario, scenariosOf, topologiesOf } from '../lib/scenario/scenario.ts';
import type { Step, Suite } from '../lib/scenario/suite.ts';
import { assertTogether, topologyOfSuite } from '../lib/scenario/topology.ts';
import { idOf, questionOf, type Traffic } from '../lib/scenario/traffic.ts';
import { usual } from '../lib/verdict/judge/answers/rare.ts';
import { suites } from './index.ts';

const generations: [string, PolicyApi][] = [
  ['1.31', 'security.istio.io'],
  ['1.4', 'authentication.istio.io'],
];

function worldOf(suite: Suite, step: Scenario, istio: string, api: PolicyApi): World {
  const release = parseRelease(istio);
  const permissive: KubeObject & { spec: unknown } = {
    apiVersion: 'authentication.istio.io/v1alpha1',
    kind: 'MeshPolicy',
    metadata: { name: 'default' },
    spec: { peers: [{ mtls: { mode: 'PERMISSIVE' } }] },
  };
  return {
    mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: step.autoMtls ?? true },
    ...topologyOf(workloadObjects([topologyOfSuite(suite)], {}), release),
    policies: [
      ...(istio === '1.4' ? [permissive] : []),
      ...withAges(stepObjects(step.objects, api, {}, servedBy(release)), step.ages),
    ],
  };
}

/** Returns the expectations by pair. */
function expected(suite: Suite, step: Scenario, istio: string, api: PolicyApi): Record<string, Expectation> {
  const world = worldOf(suite, step, istio, api);
  return Object.fromEntries(step.traffic.map((one) => [idOf(one), predict(world, questionOf(one, {}))]));
}

/** Returns an expectation as it is in the tables of the docs, without a rare outcome. */
function brief({ outcomes }: Expectation): string {
  return usual(outcomes)
    .map(({ outcome }) => briefly(outcome))
    .join(' | ');
}

function briefly(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'mtls':
      return `URI=${outcome.identity} 200`;
    case 'plain':
      return '200';
    case 'unavailable':
      return '503';
    case 'denied':
      return '403';
    case 'reset':
      return `000 exit ${outcome.curlExits.join('/')}`;
  }
}

const askedOn = (istio: string) =>
  suites.flatMap((suite) => scenariosOf(onRelease(suite, parseRelease(istio))).map((step) => ({ suite, step })));

const identity = 'URI=spiffe://cluster.local/ns/full/sa/sleep 200';
/** The outputs on istio.io's page of the task. Each step's cells are in the order of its loop. */
const outputs: [string, number, string[]][] = [
  ['permissive', 0, [identity, `${identity} | 200`, '200', '200', '200', '200']],
  ['strict', 0, [identity, `${identity} | 200`, '200', '000 exit 56', '200', '200']],
  ['disable', 0, ['200', `${identity} | 200`, '200', '200', '200', '200']],
  ['destination-rule', 1, ['503', `${identity} | 200`, '200', '200', '200', '200']],
];

describe.each(generations)('the task’s own outputs, on %s by %s', (istio, api) => {
  test.each(outputs)('%s, step %i', (name, at, cells) => {
    const suite = suites.find((one) => one.name === name) as Suite;
    const step = scenariosOf(suite)[at] as Scenario;
    const pairs = ['full', 'legacy'].flatMap((from) =>
      ['full', 'partial', 'legacy'].map((to) => `sleep.${from} → http://httpbin.${to}:8000`),
    );
    // Sidecars of 1.4 may close the connection without a reset.
    const wanted = cells.map((cell) => (istio === '1.4' ? cell.replace('56', '52/56') : cell));
    const predicted = Object.entries(expected(suite, step, istio, api)).map(([pair, one]) => [pair, brief(one)]);
    expect(predicted).toEqual(pairs.map((pair, index) => [pair, wanted[index]]));
  });
});

describe.each(generations)('every question, on %s by %s', (istio, api) => {
  test.each(askedOn(istio).map(({ suite, step }) => [suite.name, step.title, suite, step] as const))(
    '%s › %s has a control for every refusal: a server that answers the same client',
    (_, __, suite, step) => {
      const { traffic } = topologyOfSuite(suite);
      const expectations = expected(suite, { ...step, traffic }, istio, api);
      const answers = (one: Traffic) => {
        const { outcomes } = expectations[idOf(one)] ?? {};
        return outcomes && usual(outcomes).every(({ outcome }) => /mtls|plain/.test(outcome.kind));
      };
      const refused = step.traffic.filter(
        (one) => !answers(one) && !traffic.some((other) => other.from === one.from && answers(other)),
      );
      expect(refused).toEqual([]);
    },
  );
});

describe('the catalogue', () => {
  test('names are names of options, each once', () => {
    const names = suites.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect([names.at(0), names.at(-1)]).toEqual(['setup', 'cleanup']);
  });

  test('one run can make the topologies of all suites', () => {
    expect(() => assertTogether(topologiesOf(suites))).not.toThrow();
  });

  test.each(suites.map((suite) => [suite.name, suite] as const))(
    '%s tells its steps apart, and each pair once',
    (_, suite) => {
      const titles = suite.steps.map(({ title }: Step) => title);
      expect(new Set(titles).size).toBe(titles.length);
      for (const step of scenariosOf(suite)) {
        const pairs = step.traffic.map(idOf);
        expect(new Set(pairs).size).toBe(pairs.length);
      }
    },
  );

  test.each(suites.map((suite) => [suite.name, suite] as const))(
    '%s leaves no policy behind, and auto mTLS on',
    (_, suite) => {
      const last = scenariosOf(suite).at(-1);
      expect(last?.objects ?? []).toEqual([]);
      expect(last?.autoMtls ?? true).toBe(true);
    },
  );

  test('what changes the mesh for everybody, or applies anything outside of the namespaces of its topology, says so', () => {
    const changing = suites.filter((suite) => {
      const own = topologyOfSuite(suite).namespaces;
      return scenariosOf(suite).some(
        ({ autoMtls, objects }) =>
          autoMtls === false ||
          objects.some((one) => typeof one !== 'string' && !own.includes(one.metadata.namespace ?? '')),
      );
    });
    expect(changing.map(({ name }) => name)).toEqual(suites.filter(({ meshWide }) => meshWide).map(({ name }) => name));
  });

  const releases = Array.from({ length: 22 }, (_, at) => `1.${at + 10}`);
  test.each(releases)('on %s a step that applies something changes a pair, which so shows its arrival', (istio) => {
    const unshown: string[] = [];
    // The task's step with DISABLE and a rule ISTIO_MUTUAL changes nothing before 1.12.
    const all = suites.filter(({ name }) => istio === '1.31' || name !== 'destination-rule');
    for (const suite of all.map((one) => onRelease(one, parseRelease(istio)))) {
      let before: Scenario = { kind: 'ask', title: '', objects: [], traffic: [] };
      for (const step of scenariosOf(suite)) {
        const [then, now] = [before, step].map((one) =>
          Object.values(expected(suite, { ...one, traffic: step.traffic }, istio, 'security.istio.io')).map(brief),
        );
        const applies =
          JSON.stringify([before.objects, before.autoMtls]) !== JSON.stringify([step.objects, step.autoMtls]);
        if (applies && String(then) === String(now)) unshown.push(`${suite.name} › ${step.title}`);
        before = step;
      }
    }
    expect(unshown).toEqual([]);
  });
});

test('every suite can be asked as it is written', () => expect(() => assertSound(suites)).not.toThrow());
