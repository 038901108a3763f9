import { apply, read, remove } from '../kube/objects.ts';
import { nameOf } from '../kube/ownership.ts';
import { predict } from '../model/predict.ts';
import { rolesOf } from '../model/rename.ts';
import type { Expectation, KubeObject } from '../model/types.ts';
import { answering } from '../probe/control.ts';
import { converge } from '../probe/converge.ts';
import { changes } from '../probe/tally.ts';
import type { Cell, Judgement } from '../probe/types.ts';
import type { AskResult, CellResult } from '../results/types.ts';
import { stepObjects } from './manifests.ts';
import { meshDisturbed, switchAutoMtls } from './mesh.ts';
import { everyPair, idOf, namesOf, type Pair, pairsOf, questionOf, urlOf } from './pairs.ts';
import { reproOf } from './repro.ts';
import { type Run, worldOf } from './run.ts';
import { differences } from './stored.ts';
import type { AskStep } from './suite.ts';

type Asked = Omit<AskResult, 'ms'>;

/**
 * Brings a step's objects in force and no others of the run's, asks its pairs until they settle, and judges them.
 * @throws UsageError where the cluster refuses an object; the signal's reason where the run was interrupted
 */
export async function askStep(run: Run, step: AskStep): Promise<Asked> {
  const autoMtls = step.autoMtls ?? true;
  const wanted = wantedBy(run, step);

  const appliedAt = performance.timeOrigin + performance.now();
  const { changed, altered } = await bringInForce(run, wanted, autoMtls);
  const cells = cellsOf(run, step, run.inForce);
  const controls = controlsFor(run, step, cells);

  const judgements = await converge({
    cells: [...cells, ...controls],
    askers: run.askers,
    appliedAt,
    patience: {
      ...run.patience,
      matchesInRow: step.matchesInRow ?? run.patience.matchesInRow,
      unwitnessedMs: changed ? run.patience.unwitnessedMs : 0,
    },
    signal: run.signal,
  });
  const wrong = [...judgements.values()].some(({ verdict }) => verdict !== 'pass');
  const disturbed = wrong ? ((await meshDisturbed(run)) ?? (await objectsDisturbed(run))) : undefined;
  for (const cell of [...cells, ...controls]) run.expected.set(cell.id, cell.expectation);
  const unseen = changed && ![...cells, ...controls].some(changes) ? [UNSEEN] : [];
  const notes = [...altered, ...unseen];
  return resultOf(run, step, { wanted, cells, notes }, ({ id }) =>
    disturbedBy(disturbed, judgements.get(id) as Judgement),
  );
}

const UNSEEN = 'The step changes no pair that was asked, so nothing showed that it arrived';

/** Returns the result of a step that could not be asked, with what would have been expected. */
export function unaskedStep(run: Run, step: AskStep, why: string): Asked {
  const nothing = { asked: 0, seen: [], course: [], streak: 0, missChance: 1, flaps: 0 };
  const unasked = { verdict: 'inconclusive' as const, why, ...nothing };
  const wanted = wantedBy(run, step);
  return resultOf(run, step, { wanted, cells: cellsOf(run, step, wanted), notes: [] }, () => unasked);
}

function wantedBy(run: Run, step: AskStep): KubeObject[] {
  return stepObjects(step.objects, run.istio.policyApi, run.namespaces, run.kube.served);
}

/** Returns the step's pairs, in order, with what the model expects of them while the objects are in force. */
function cellsOf(run: Run, step: AskStep, inForce: KubeObject[]): Cell[] {
  const world = worldOf(run, inForce, step.autoMtls ?? true);
  return pairsOf(step).map((pair) => cellOf(run, pair, predict(world, questionOf(pair, run.namespaces))));
}

/**
 * A refusal counts only beside an answer of another server to the same client, also where none was expected: a client that
 * the step's own pairs bring no two servers that answer is asked for others, too.
 */
function controlsFor(run: Run, step: AskStep, cells: Cell[]): Cell[] {
  const own = Map.groupBy(cells, ({ client }) => client);
  const bare = [...own].filter(([, row]) => row.filter(answering).length < 2).map(([client]) => client);
  if (bare.length === 0) return [];
  const asked = new Set(cells.map(({ id }) => id));
  return cellsOf(run, { ...step, pairs: everyPair }, run.inForce).filter(
    (cell) => bare.includes(cell.client) && answering(cell) && !asked.has(cell.id),
  );
}

function resultOf(
  run: Run,
  step: AskStep,
  { wanted, cells, notes }: { wanted: KubeObject[]; cells: Cell[]; notes: string[] },
  judgementOf: (cell: Cell) => Judgement,
): Asked {
  const results = pairsOf(step).map((pair, at): CellResult => {
    const cell = cells[at] as Cell;
    const { expectation } = cell;
    return {
      ...namesOf(pair),
      expectation,
      changes: changes(cell),
      ...judgementOf(cell),
      repro: reproOf(run, pair, wanted),
    };
  });
  const objects = wanted.map((object) => rolesOf(nameOf(object), run.namespaces));
  const propagation = propagationOf(results);
  return {
    kind: 'ask',
    title: step.title,
    objects,
    autoMtls: step.autoMtls ?? true,
    cells: results,
    ...(propagation && { propagation }),
    ...(notes.length > 0 && { notes: notes.map((note) => rolesOf(note, run.namespaces)) }),
  };
}

/** Returns a sentence where an object of the step is no longer as the run applied it, since somebody else changed it. */
async function objectsDisturbed({ kube, inForce }: Run): Promise<string | undefined> {
  for (const object of inForce) {
    const now = await read(kube, object);
    const { uid, generation } = object.metadata;
    if (now === undefined || now.metadata.uid !== uid)
      return `${nameOf(object)} was deleted by somebody else during the step`;
    if (now.metadata.generation !== generation) {
      const how = differences(object, now).join(', ');
      return `${nameOf(object)} was changed by somebody else during the step${how === '' ? '' : `: ${how}`}`;
    }
  }
  return undefined;
}

/** What was answered while somebody else changed the mesh is no failure of it. */
function disturbedBy(disturbed: string | undefined, judgement: Judgement): Judgement {
  if (disturbed === undefined || judgement.verdict !== 'fail') return judgement;
  return { ...judgement, verdict: 'inconclusive', why: `${disturbed}; ${judgement.why}` };
}

/** What is expected before a run's first step is what the model says of the mesh as it was found. */
function cellOf(run: Run, pair: Pair, expectation: Expectation): Cell {
  const id = idOf(pair);
  const before =
    run.expected.get(id) ?? predict(worldOf(run, [], run.istio.mesh.autoMtls), questionOf(pair, run.namespaces));
  return { id, client: pair.client, url: urlOf(pair, run.namespaces), expectation, before };
}

/**
 * Applies what is wanted and removes what is not, both at once, so that the step is one change.
 * @returns whether there was anything to change, and where the API server did not store what was applied
 */
async function bringInForce(
  run: Run,
  wanted: KubeObject[],
  autoMtls: boolean,
): Promise<{ changed: boolean; altered: string[] }> {
  const before = run.autoMtls;
  const names = new Set(wanted.map(nameOf));
  const surplus = run.inForce.filter((object) => !names.has(nameOf(object)));
  if (autoMtls !== run.autoMtls) {
    await switchAutoMtls(run, autoMtls);
    run.autoMtls = autoMtls;
  }
  // Where a call fails any of these may be in force: the next step removes what it does not want, and meets no late call.
  run.inForce = [...wanted, ...surplus];
  const applied = wanted.map((object) => apply(run.kube, object, run.id));
  const removed = surplus.map((object) => remove(run.kube, object, run.id));
  await Promise.allSettled([...applied, ...removed]);
  await Promise.all(removed);
  const stored = await Promise.all(applied);
  run.inForce = wanted.map((object, at) => aged(object, stored[at]));
  return {
    changed: before !== autoMtls || wanted.length > 0 || surplus.length > 0,
    altered: wanted.flatMap((object, at) =>
      differences(object, stored[at] as KubeObject).map(
        (how) => `Something changed ${nameOf(object)} on its way into the API server: ${how}`,
      ),
    ),
  };
}

/**
 * What the step wants, with the age that the API server gave it, on which precedence hangs. The rest of what is stored is
 * not believed: where something on the way changes a policy, the answers must show it, not the expectation hide it.
 */
function aged(wanted: KubeObject, stored: KubeObject | undefined): KubeObject {
  const { creationTimestamp, uid, generation } = stored?.metadata ?? {};
  const given = Object.entries({ creationTimestamp, uid, generation }).filter(([, value]) => value !== undefined);
  return { ...wanted, metadata: { ...wanted.metadata, ...Object.fromEntries(given) } };
}

function propagationOf(cells: CellResult[]): AskResult['propagation'] {
  const changed = cells.filter((cell) => cell.changes && cell.firstRightMs !== undefined);
  if (changed.length === 0) return undefined;
  const wrong = changed.flatMap(({ lastWrongMs }) => (lastWrongMs === undefined ? [] : [lastWrongMs]));
  return {
    firstRightMs: Math.max(...changed.map(({ firstRightMs }) => firstRightMs as number)),
    ...(wrong.length > 0 && { lastWrongMs: Math.max(...wrong) }),
    flaps: changed.reduce((sum, { flaps }) => sum + flaps, 0),
  };
}
