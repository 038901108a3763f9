import { detect } from '../istio/detect.ts';
import { nameOf } from '../kube/ownership.ts';
import { destinationRulesFor } from '../model/destination-rules.ts';
import { rolesOf } from '../model/rename.ts';
import { meshDefault } from '../model/server-mode.ts';
import type { DestinationRule } from '../model/types.ts';
import type { Verdict } from '../probe/types.ts';
import { wrongReadiness } from './deploy.ts';
import { meshNow } from './mesh.ts';
import { clients, servers } from './pairs.ts';
import { policiesOf } from './policies.ts';
import { readiness } from './ready.ts';
import { type Run, worldOf } from './run.ts';
import type { CheckName } from './suite.ts';
import { awaitGone } from './sweep.ts';

/** What a check came to: a verdict and one sentence. */
export interface Finding {
  verdict: Verdict;
  why: string;
}

/** Every check that a suite can name. */
export const checks: Record<CheckName, (run: Run) => Promise<Finding>> = {
  ready: async (run) => {
    const all = await readiness(run.kube, run.id, run.topology.workloads);
    const wrong = wrongReadiness(all);
    if (wrong !== undefined) {
      // A pod that does not start, for want of an image or of room, says nothing about the mesh.
      const verdict = all.every(({ running }) => running) ? 'fail' : 'inconclusive';
      return { verdict, why: rolesOf(wrong, run.namespaces) };
    }
    const shown = all.map(({ workload, ready }) => `${workload.namespace}/${workload.name} ${ready}`).join(', ');
    return pass(rolesOf(shown, run.namespaces));
  },

  'mesh-default': async (run) => {
    const { mode, reason } = meshDefault(worldOf(run, [], run.autoMtls));
    if (mode === 'PERMISSIVE') return pass(reason.text);
    return fail(`${reason.text}; the task starts from PERMISSIVE: remove that policy, or use another cluster`);
  },

  'no-destination-rules': async (run) => {
    const world = worldOf(run, [], run.autoMtls);
    const rules = world.policies.filter((object) => object.kind === 'DestinationRule') as DestinationRule[];
    const matching = clients.flatMap((client) =>
      servers.flatMap((server) => {
        const service = world.services.find(({ metadata }) => metadata.namespace === run.namespaces[server]);
        if (service === undefined) return [];
        return destinationRulesFor(rules, run.namespaces[client], service, run.istio.mesh).map((rule) => nameOf(rule));
      }),
    );
    if (matching.length === 0) return pass('none matches httpbin.full, httpbin.partial or httpbin.legacy');
    return fail(
      `${[...new Set(matching)].join(', ')} matches an example host and would decide in its clients' stead: remove it, or use another cluster`,
    );
  },

  'auto-mtls': async (run) => {
    const { mesh, configMap } = await detect(run.kube, run.istio.version);
    const where = nameOf(configMap);
    if (mesh.autoMtls) return pass(`${where} has it on`);
    return fail(`${where} has enableAutoMtls: false; set it to true`);
  },

  'torn-down': async (run) => {
    const failures = await run.unwinding.unwind();
    if (failures.length > 0) return { verdict: 'inconclusive', why: failures.join('; ') };
    const left = await awaitGone(run.kube, run.id);
    const stray = (await policiesOf(run.kube, run.id)).map(nameOf);
    if (left.length + stray.length > 0) {
      return { verdict: 'inconclusive', why: `still there: ${[...left, ...stray].join(', ')}` };
    }
    return pass('nothing with the label of the run is left');
  },

  'mesh-as-found': async (run) => {
    const found = run.istio.configMap.data['mesh'];
    const now = await meshNow(run.kube, run.istio);
    if (now !== found) return fail(`${nameOf(run.istio.configMap)} is not as it was found; it was: ${found}`);
    return pass(`${nameOf(run.istio.configMap)} is unchanged`);
  },
};

const pass = (why: string): Finding => ({ verdict: 'pass', why });
const fail = (why: string): Finding => ({ verdict: 'fail', why });
