import {
  type Learned,
  lookAtOthers,
  lookAtServing,
  type Run,
  type Strangers,
  settingOf,
  worldOf,
} from '../../mesh/index.ts';
import type { World } from '../../model/index.ts';
import type { CheckStep } from '../../scenario/index.ts';
import { type CheckSeen, hasFailed, type TriedRecord, type TriedRow, trimmedServing } from '../../verdict/index.ts';
import { TRIES } from './ask.ts';
import { askImpostors } from './impostors.ts';
import type { AskedServers } from './servers.ts';
import { askStrangers } from './strangers.ts';

/** Checks what servers do with strangers. */
export const checkStrangers = (run: Run, learned: Learned, step?: CheckStep): Promise<CheckSeen> =>
  check(run, learned, step, askStrangers);

/** Checks what clients do with impostors. */
export const checkImpostors = (run: Run, learned: Learned, step?: CheckStep): Promise<CheckSeen> =>
  check(run, learned, step, askImpostors);

type Ask = (run: Run, world: World, strangers: Strangers, asked: AskedServers) => Promise<TriedRow[]>;

async function check(run: Run, learned: Learned, step: CheckStep | undefined, ask: Ask): Promise<CheckSeen> {
  if (run.strangers === undefined) {
    return { reasons: [{ code: 'nobody-asked', said: 'the run has made no strangers' }] };
  }
  const topologies = run.topologies.filter(({ name }) => step?.topology === undefined || name === step.topology);
  const world = worldOf(run, learned, run.mesh);
  const rows = await ask(run, world, run.strangers, { topologies, doubts: step?.doubts });
  const tried: TriedRecord = { tries: TRIES, rows };
  if (!hasFailed(settingOf(run), tried)) return { reasons: [], tried };
  const [serving, { objects, unread }] = await Promise.all([lookAtServing(run), lookAtOthers(run)]);
  const others = { before: learned.others.objects, now: { objects, unread } };
  return { reasons: [], tried: { ...tried, around: { serving: trimmedServing(serving), others } } };
}
