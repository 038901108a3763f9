import { afterThrowing, type Learned, type Run, worldOf } from '../../mesh/index.ts';
import { expectationOf, logicalNames } from '../../model/index.ts';
import { InconclusiveError, messageOf } from '../../platform/errors.ts';
import { type AskResult, pairWords } from '../../results/index.ts';
import { askStep } from '../../run/index.ts';
import { questionOf, type Scenario, stepObjects, type Traffic, targetOf } from '../../scenario/index.ts';
import { type Problem, type SettingChange, tryOf, untried } from './judge.ts';
import { startLoad } from './load.ts';
import type { LoadAnswer } from './losses.ts';
import { objectsOf, SERVER, settingName } from './settings.ts';
import type { ExpectedSetting, Setting, Try } from './types.ts';

/** The client that sends the load. */
const CLIENT = 'full/sleep';
const loaded: Traffic = { from: CLIENT, to: SERVER, port: 8000, protocol: 'http' };
/** A client without a sidecar shows that a server's mode has arrived, also if it changes nothing for others. */
const asked: Traffic[] = [loaded, { ...loaded, from: 'legacy/sleep' }];

/** How long the load goes on before the first change, in milliseconds: what is lost then is no change's doing. */
const LEAD_MS = 1_000;

/** A mesh on which paths are walked, one after the other. */
export interface Ground {
  run: Run;
  /** What the steps so far have learned. */
  learned: Learned;
  /** The name of the setting that was last seen to arrive; absent if something else may be applied. */
  at?: string | undefined;
}

/** Returns a setting with what the model expects of the client that sends the load. */
export function expected({ run, learned }: Ground, setting: Setting): ExpectedSetting {
  const objects = stepObjects(objectsOf(setting), run.istio.policyApi, run.namespaces, run.kube.served);
  const { outcomes } = expectationOf(
    worldOf(run, learned, { applied: objects, autoMtls: true }),
    questionOf(loaded, run.namespaces),
  );
  return { ...setting, outcomes: outcomes.map(({ outcome }) => outcome.kind) };
}

/** Returns whether the model expects every request to be answered. */
function isAnswered({ outcomes }: ExpectedSetting): boolean {
  return outcomes.every((kind) => kind === 'mtls' || kind === 'plain');
}

/**
 * Returns whether the model expects refusals while one of the sidecars knows of a change and the other does not. What the
 * client's sidecar does meanwhile is what a rule makes it do under the mode that the server's sidecar has.
 */
export function isRace(ground: Ground, before: ExpectedSetting, after: ExpectedSetting): boolean {
  if (!isAnswered(before) || !isAnswered(after)) return false;
  const meets = (client: ExpectedSetting, { mode }: Setting): boolean =>
    isAnswered(expected(ground, { mode, rule: client.outcomes.includes('mtls') ? 'ISTIO_MUTUAL' : 'DISABLE' }));
  return !meets(before, after) || !meets(after, before);
}

/**
 * Applies the settings one after the other, each once the one before has settled, while the client sends requests.
 * @throws UsageError if the cluster refuses an object; the signal's reason if the run was interrupted
 */
export async function walk(ground: Ground, settings: ExpectedSetting[]): Promise<Try> {
  const [first, ...others] = settings as [ExpectedSetting, ...ExpectedSetting[]];
  try {
    if (ground.at !== settingName(first)) {
      const { problems } = await change(ground, first);
      if (problems.length > 0) return untried(...problems.map(({ why }) => `before the first change, ${why}`));
    }
    const { changes, answers } = await underLoad(ground, others);
    return tryOf(changes, answers, isAnswered(first));
  } catch (error) {
    ground.at = undefined;
    ground.learned = afterThrowing(ground.learned, 'a walk ended early');
    if (!(error instanceof InconclusiveError)) throw error;
    return untried(logicalNames(messageOf(error), ground.run.namespaces));
  }
}

async function underLoad(
  ground: Ground,
  settings: Setting[],
): Promise<{ changes: SettingChange[]; answers: LoadAnswer[] }> {
  const { limits, signal, namespaces, probeClients } = ground.run;
  const client = probeClients.get(CLIENT);
  if (client === undefined) throw new InconclusiveError(`there is no shell in ${CLIENT}`);
  const { url } = targetOf(loaded, namespaces);
  const { requestMs, batchMs: scriptMs } = limits;
  const load = await startLoad({ client, url, requestMs, scriptMs, signal });
  const changes: SettingChange[] = [];
  let answers: LoadAnswer[];
  try {
    await load.goOn(LEAD_MS);
    for (const setting of settings) {
      changes.push(await change(ground, setting));
      // What was sent before the change had settled has ended by then.
      await load.goOn(requestMs);
    }
  } finally {
    answers = await load.stop();
  }
  return { changes, answers };
}

async function change(ground: Ground, setting: Setting): Promise<SettingChange> {
  const { run } = ground;
  const name = settingName(setting);
  ground.at = undefined;
  const begunAt = now();
  const step: Scenario = { kind: 'ask', title: name, objects: objectsOf(setting), traffic: asked };
  const { result, learned } = await askStep(run, ground.learned, step);
  ground.learned = learned;
  const problems = problemsOf(result).map(({ why, ...one }) => ({ ...one, why: logicalNames(why, run.namespaces) }));
  if (problems.length === 0) ground.at = name;
  const arrivedMs = result.propagation?.firstRightMs;
  return { appliedAt: begunAt + beforeApplying(result), problems, ...(arrivedMs !== undefined && { arrivedMs }) };
}

function problemsOf({ title, cells }: Pick<AskResult, 'title' | 'cells'>): Problem[] {
  return cells.flatMap((cell) =>
    cell.verdict === 'pass' ? [] : [{ verdict: cell.verdict, why: `${title}: ${pairWords(cell)}: ${cell.why}` }],
  );
}

/** Returns how long a step looked at the mesh before it applied its objects, in milliseconds. */
function beforeApplying({ parts = [] }: Pick<AskResult, 'parts'>): number {
  return parts.find(({ name }) => name === 'before')?.ms ?? 0;
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
