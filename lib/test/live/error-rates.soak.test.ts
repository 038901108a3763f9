import type { KubeObject } from '../../model/types.ts';
import { create, deleteByUid } from '../../platform/kube/objects.ts';
import type { CellResult } from '../../results/types.ts';
import { askStep } from '../../run/ask.ts';
import { endRun, populate, prepare, type Started } from '../../run/start.ts';
import { scenarioOf } from '../../scenario/scenario.ts';
import type { AskStep } from '../../scenario/suite.ts';
import { topology } from '../../scenario/topology.ts';
import type { Verdict } from '../../verdict/fields.ts';
import { LIVE } from './cluster.ts';
import { kubeconfig, mesh, run as runSuites, until } from './harness.ts';

// What docs/verdicts.md states of errors, measured on a live mesh. It takes the better part of an hour: npm run soak.

const STEPS = 200;
const RUNS = 100;

/** Steps of which each changes what sleep.full sends to httpbin.full. */
const steps: AskStep[] = [
  { kind: 'ask', title: 'DISABLE', objects: ['disable'] },
  { kind: 'ask', title: 'removed', objects: [] },
];

test.each([0, 1, 5, 10])(
  '%d %% of what the client’s sidecar answers is 503',
  async (percent) => {
    const cluster = { provider: 'current' as const, name: LIVE, kubeconfig: await kubeconfig(), owned: true };
    const signal = new AbortController().signal;
    const filter = faulty(percent);
    const kube = await mesh();
    if (percent > 0) await create(kube, filter, 'live');
    const prepared = await prepare({
      cluster,
      topologies: [topology('auto-mtls')],
      meshWide: false,
      keep: false,
      signal,
      onProgress: () => {},
    });
    try {
      let started = await populate(prepared, { keep: false });
      const asked = async (step: AskStep): Promise<CellResult> => {
        const { cell, learned } = await askedOn(started, step);
        started = { ...started, learned };
        return cell;
      };
      if (percent > 0) await until(async () => (await asked(steps[1] as AskStep)).wrong > 0);
      const found: Record<Verdict, number> = { pass: 0, fail: 0, inconclusive: 0 };
      let wrong = 0;
      let counted = 0;
      for (let nth = 0; nth < STEPS; nth += 1) {
        const cell = await asked(steps[nth % 2] as AskStep);
        found[cell.verdict] += 1;
        wrong += cell.wrong;
        counted += cell.counted;
      }
      process.stdout.write(`${percent} %: ${JSON.stringify(found)}, ${wrong} of ${counted} answers were wrong\n`);
      const stated = (1 - percent / 100) ** 90;
      const most = STEPS * stated + 3 * Math.sqrt(STEPS * stated * (1 - stated)) + 1;
      expect(found.pass).toBeLessThanOrEqual(most);
      if (percent === 0) expect(found).toEqual({ pass: STEPS, fail: 0, inconclusive: 0 });
    } finally {
      await endRun(prepared.run);
      await deleteByUid(kube, filter);
    }
  },
  3_600_000,
);

test(`${RUNS} runs of the whole task on a good mesh raise no alarm`, async () => {
  const alarms: string[] = [];
  for (let nth = 0; nth < RUNS; nth += 1) {
    const { exitCode, all } = await runSuites('--mesh-wide');
    if (exitCode !== 0) alarms.push(`run ${nth}: exit ${exitCode}\n${all.slice(-3_000)}`);
    if (nth % 10 === 9) process.stdout.write(`${nth + 1} runs, ${alarms.length} alarms\n`);
  }
  expect(alarms).toEqual([]);
}, 7_200_000);

/** Asks a step, and returns the cell that the sidecar's faults turn, with what was learned. */
async function askedOn({ run, learned: known }: Started, step: AskStep) {
  const { result, learned } = await askStep(run, known, scenarioOf({ topology: 'auto-mtls' }, step));
  const cell = result.cells.find(({ client, server }) => client === 'sleep.full' && server === 'httpbin.full');
  if (cell === undefined) throw new Error('the pair was not asked');
  return { cell, learned };
}

/** Has every sidecar answer a share of its own requests itself, before it sends them: no retry mends that. */
function faulty(percent: number): KubeObject {
  const fault = {
    name: 'fault',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
      abort: { http_status: 503, percentage: { numerator: percent, denominator: 'HUNDRED' } },
    },
  };
  const filter = {
    name: 'envoy.filters.network.http_connection_manager',
    subFilter: { name: 'envoy.filters.http.router' },
  };
  return {
    apiVersion: 'networking.istio.io/v1alpha3',
    kind: 'EnvoyFilter',
    metadata: { namespace: 'istio-system', name: 'automtls-soak' },
    spec: {
      configPatches: [
        {
          applyTo: 'HTTP_FILTER',
          match: { context: 'SIDECAR_OUTBOUND', listener: { filterChain: { filter } } },
          patch: { operation: 'INSERT_BEFORE', value: fault },
        },
      ],
    },
  } as KubeObject;
}
