import type { PolicyApi } from '../lib/istio/detect.ts';
import { predict } from '../lib/model/predict.ts';
import { parseRelease } from '../lib/model/release.ts';
import { topologyOf } from '../lib/model/topology.ts';
import type { Expectation, KubeObject, Outcome, World } from '../lib/model/types.ts';
import { stepObjects, workloadObjects } from '../lib/run/manifests.ts';
import { assertTogether } from '../lib/run/run.ts';
import { type Scenario, scenariosOf, topologiesOf } from '../lib/run/scenario.ts';
import type { Step, Suite } from '../lib/run/suite.ts';
import { topology } from '../lib/run/topology.ts';
import { idOf, questionOf } from '../lib/run/traffic.ts';
import { suites } from './index.ts';

const generations: [string, PolicyApi][] = [
  ['1.31', 'security.istio.io'],
  ['1.4', 'authentication.istio.io'],
];
const served = (api: PolicyApi) =>
  new Map([
    ['PeerAuthentication.security.istio.io', ['v1']],
    ['Policy.authentication.istio.io', ['v1alpha1']],
    ...['DestinationRule', 'VirtualService'].map((kind): [string, string[]] => [
      `${kind}.networking.istio.io`,
      [api === 'security.istio.io' ? 'v1' : 'v1alpha3'],
    ]),
  ]);

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
    ...topologyOf(workloadObjects([topology(suite.topology)], {}), release),
    policies: [...(istio === '1.4' ? [permissive] : []), ...stepObjects(step.objects, api, {}, served(api))],
  };
}

/** Expectations by pair. */
function expected(suite: Suite, step: Scenario, istio: string, api: PolicyApi): Record<string, Expectation> {
  const world = worldOf(suite, step, istio, api);
  return Object.fromEntries(step.traffic.map((one) => [idOf(one), predict(world, questionOf(one, {}))]));
}

/** As the tables of the documents write it. */
function brief({ outcomes }: Expectation): string {
  return outcomes.map(({ outcome }) => briefly(outcome)).join(' | ');
}

function briefly(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'mtls':
      return `URI=${outcome.identity} 200`;
    case 'plain':
      return '200';
    case 'unavailable':
      return '503';
    case 'reset':
      return `000 exit ${outcome.curlExits.join('/')}`;
  }
}

const asked = suites.flatMap((suite) => scenariosOf(suite).map((step) => ({ suite, step })));

const identity = 'URI=spiffe://cluster.local/ns/full/sa/sleep 200';
/** The outputs that istio.io's task shows, each step's in the order of its loop. */
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
    // 1.4's sidecars end the connection without a reset.
    const wanted = cells.map((cell) => (istio === '1.4' ? cell.replace('56', '52/56') : cell));
    const predicted = Object.entries(expected(suite, step, istio, api)).map(([pair, one]) => [pair, brief(one)]);
    expect(predicted).toEqual(pairs.map((pair, index) => [pair, wanted[index]]));
  });
});

describe.each(generations)('every question, on %s by %s', (istio, api) => {
  test.each(asked.map(({ suite, step }) => [suite.name, step.title, suite, step] as const))(
    '%s › %s has a control for every refusal: a server that answers the same client',
    (_, __, suite, step) => {
      const expectations = expected(suite, step, istio, api);
      const answers = (id: string) =>
        expectations[id]?.outcomes.every(({ outcome }) => /mtls|plain/.test(outcome.kind));
      const byClient = [...Map.groupBy(step.traffic, ({ from }) => from).values()].map((own) => own.map(idOf));
      const refused = byClient.filter((own) => own.some((id) => !answers(id)) && !own.some(answers));
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

  test('only what says so changes the mesh for everybody', () => {
    const changing = suites.filter((suite) => scenariosOf(suite).some(({ autoMtls }) => autoMtls === false));
    expect(changing).toEqual(suites.filter(({ meshWide }) => meshWide));
  });

  test('a step that applies something changes a pair, which so shows its arrival', () => {
    for (const suite of suites) {
      let before: Scenario = { kind: 'ask', title: '', objects: [], traffic: [] };
      for (const step of scenariosOf(suite)) {
        const [then, now] = [before, step].map((one) =>
          Object.values(expected(suite, { ...one, traffic: step.traffic }, '1.31', 'security.istio.io')).map(brief),
        );
        const applies =
          JSON.stringify([before.objects, before.autoMtls]) !== JSON.stringify([step.objects, step.autoMtls]);
        expect({ suite: suite.name, step: step.title, changes: applies && String(then) === String(now) }).toEqual({
          suite: suite.name,
          step: step.title,
          changes: false,
        });
        before = step;
      }
    }
  });
});
