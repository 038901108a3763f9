import {
  autoMtlsIn,
  type Condition,
  changedByOthers,
  detectSettled,
  everyPolicy,
  type Learned,
  lookAtOthers,
  meshNow,
  OFF,
  otherRunOf,
  podsIn,
  policiesOf,
  type Readiness,
  type Run,
  readiness,
  settingOf,
  withReasons,
  worldOf,
} from '../../mesh/index.ts';
import { type KubeObject, logicalNames, nameOf, type World } from '../../model/index.ts';
import { detect } from '../../platform/istio/index.ts';
import { mapTexts } from '../../platform/texts.ts';
import type { CheckName, CheckStep } from '../../scenario/index.ts';
import {
  acting,
  driftReason,
  type EachRecord,
  foreignAmong,
  isIstios,
  labelled,
  reasonWords,
  type VerdictReason,
} from '../../verdict/index.ts';
import { wrongReadiness } from '../deploy.ts';
import { checkImpostors, checkStrangers } from '../strangers/checks.ts';
import { awaitGone, leftWords, unrecordedOf } from '../sweep.ts';
import type { CheckReasons } from './check-reasons.ts';
import { watchKubeletProbes } from './kubelet-probes.ts';
import { checkMutual } from './mutual.ts';
import { autoMtlsOn, defaultIsPermissive, noRuleMatches, unmetReason } from './preconditions.ts';
import { askFromSamePorts } from './same-port.ts';
import { askServerFirst } from './server-first.ts';

type Check = (run: Run, learned: Learned, step?: CheckStep) => Promise<CheckReasons>;

/** Every check that a suite can name. */
export const checks: Record<CheckName, Check> = {
  ready: async (run, { istiodLog }) => {
    const all = await withReasons(run.kube, await readiness(run.kube, run.id, run.topology.workloads));
    const wrong = wrongReadiness(all);
    if (wrong.length === 0) return pass(logicalNames(all.map(readyWords).join(', '), run.namespaces));
    const said: VerdictReason[] = istiodLog === undefined ? [] : [{ code: 'istiod-says', said: istiodLog }];
    return { reasons: mapTexts([...wrong, ...said], (text) => logicalNames(text, run.namespaces)) };
  },

  // A run starts only if these conditions are met. If one is no longer met, somebody has changed it since.
  'mesh-default': async (run) => {
    const foreign = await foreignNow(run);
    return found(defaultIsPermissive(worldWithout(run, foreign)), run);
  },

  'no-destination-rules': async (run) => {
    const foreign = await foreignNow(run);
    return found(noRuleMatches(worldWithout(run, foreign), run), run);
  },

  'auto-mtls': async (run) => {
    const { kube, signal, onProgress } = run;
    const { version } = run.istio;
    // Another run that has switched it off since is waited for; this run does not wait for itself.
    const istio = run.mesh.lease
      ? await detect(kube, version)
      : await detectSettled(run, { istio: version, signal, onProgress });
    return found(autoMtlsOn({ istio }), run);
  },

  others: async (run, learned) => {
    const [others, pods] = await Promise.all([lookAtOthers(run), podsIn(run.kube, Object.values(run.namespaces))]);
    const setting = settingOf(run);
    const before = learned.others.objects;
    const known = acting(setting, others.objects, before, labelled(setting, pods));
    const istios = others.objects.filter((object) => isIstios(setting, object, before)).map(nameOf);
    const more = istios.length === 0 ? [] : [`Istio's own, for statistics alone: ${istios.join(', ')}`];
    const unwatched = run.watching.unwatched();
    const unseen = unwatched === undefined ? [] : [`what comes and goes within a step is not seen of ${unwatched}`];
    const seen = [
      ...known.map(({ facts: { object, does, can } }) => `${object} ${does}: ${can}`),
      ...more,
      ...unseen,
    ].map((text) => logicalNames(text, run.namespaces));
    const objects = known.map(({ object }) => logicalNames(nameOf(object), run.namespaces));
    const named = objects.length === 0 ? {} : { objects };
    if (others.unread.length > 0) {
      const told = seen.map((said): VerdictReason => ({ code: 'check-passed', said }));
      return { reasons: [{ code: 'others-unread', errors: others.unread }, ...told], ...named };
    }
    return { ...pass(seen.join('; ') || 'nothing but what the run makes'), ...named };
  },

  probes: unlessBlocked(async (run, learned) => ofEach(await watchKubeletProbes(run, worldNow(run, learned)))),

  'server-first': unlessBlocked(async (run, learned) => ofEach(await askServerFirst(run, worldNow(run, learned)))),

  'same-port': unlessBlocked(async (run, learned) => {
    const seen = await askFromSamePorts(run, worldNow(run, learned));
    if (seen.sentences.length + seen.wrong.length === 0) {
      return { reasons: [{ code: 'nobody-asked', said: 'nothing was asked: no server must refuse a client' }] };
    }
    return ofEach(seen);
  }),

  strangers: unlessBlocked(checkStrangers),

  impostors: unlessBlocked(checkImpostors),

  mutual: unlessBlocked(async (run, learned, step) => checkMutual(run, learned, step?.pairs ?? [])),

  'torn-down': async (run) => {
    const errors = await run.cleanup.unwind();
    if (errors.length > 0) return { reasons: [{ code: 'not-removed', errors }] };
    const ending = (await awaitGone(run.kube, run.mesh.ownNamespaces, run.limits.goneMs)).map(leftWords);
    const stray = (await policiesOf(run.kube, run.id)).map(nameOf);
    const { doubtful, others } = await unrecordedOf(run);
    const left = [...ending, ...stray, ...doubtful];
    if (left.length > 0) return { reasons: [{ code: 'still-there', left }] };
    if (others.length === 0) return pass('nothing with the label of the run is left');
    return pass(
      `nothing of the run is left; ${others.join(', ')} carries its label, but the run did not make it: it stays`,
    );
  },

  'mesh-as-found': async (run) => {
    const object = nameOf(run.istio.configMap);
    const asFound = run.istio.configMap.data['mesh'] as string;
    const now = await meshNow(run.kube, run.istio);
    if (now === undefined) return { reasons: [{ code: 'mesh-gone', object }] };
    const [before, after] = [autoMtlsIn(asFound), autoMtlsIn(now)];
    if (after !== before && after === OFF && run.mesh.lease !== undefined) {
      return { reasons: [{ code: 'mesh-left-off', object, found: String(before ?? 'left out') }] };
    }
    const others = await changedByOthers(run, asFound);
    if (others === undefined) return pass(`${object} is unchanged`);
    return pass(
      `${after === before ? 'enableAutoMtls is as it was found; ' : ''}${reasonWords(driftReason(object, others))}`,
    );
  },
};

/**
 * Returns the check, for which somebody must be asked, such that it is not done where no pair may be asked, or after a
 * step of which it is not known what it has applied.
 */
function unlessBlocked(check: Check): Check {
  return async (run, learned, step) => {
    const { blocked, stepFailed } = learned;
    const why = blocked ?? (stepFailed && `the step before was not performed: ${stepFailed}`);
    return why === undefined ? check(run, learned, step) : { reasons: [{ code: 'not-asked', said: why }] };
  };
}

/** Such as `full/httpbin 3/3 (with log-agent, which the cluster adds)`. */
function readyWords({ workload, ready, added }: Readiness): string {
  const more = added.length === 0 ? '' : ` (with ${added.join(' and ')}, which the cluster adds)`;
  return `${workload.namespace}/${workload.name} ${ready}${more}`;
}

const pass = (said: string): CheckReasons => ({ reasons: [{ code: 'check-passed', said }] });

const ofEach = (each: EachRecord): CheckReasons => ({ reasons: [], each });

async function found(condition: Condition, run: Run): Promise<CheckReasons> {
  if (condition.met) return pass(logicalNames(condition.why, run.namespaces));
  const otherRun = await otherRunOf(run, condition.objects);
  return { reasons: [{ code: 'changed-since', by: otherRun ?? 'somebody' }, unmetReason(condition, otherRun)] };
}

async function foreignNow(run: Run): Promise<KubeObject[]> {
  return foreignAmong(await everyPolicy(run.kube), run.mesh.applied);
}

/** Returns the world without what the run applied, with others' policies as they are now. */
function worldWithout(run: Run, foreign: KubeObject[]): World {
  return worldOf(run, { foreign }, { applied: [], autoMtls: run.mesh.autoMtls });
}

function worldNow(run: Run, learned: Learned): World {
  return worldOf(run, learned, run.mesh);
}
