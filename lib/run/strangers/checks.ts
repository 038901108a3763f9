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
import type { CheckRow } from '../../results/index.ts';
import type { CheckStep, Topology } from '../../scenario/index.ts';
import {
  isDoubt,
  labelled,
  likelyCauses,
  reasonWords,
  servingProblems,
  type VerdictReason,
} from '../../verdict/index.ts';
import type { CheckReasons } from '../checks/check-reasons.ts';
import { askImpostors } from './impostors.ts';
import { askStrangers } from './strangers.ts';

/** Checks what servers do with strangers. */
export const checkStrangers = (run: Run, learned: Learned, step?: CheckStep): Promise<CheckReasons> =>
  check(run, learned, step, askStrangers);

/** Checks what clients do with impostors. */
export const checkImpostors = (run: Run, learned: Learned, step?: CheckStep): Promise<CheckReasons> =>
  check(run, learned, step, askImpostors);

type Ask = (run: Run, world: World, strangers: Strangers, topologies: Topology[]) => Promise<CheckRow[]>;

async function check(run: Run, learned: Learned, step: CheckStep | undefined, ask: Ask): Promise<CheckReasons> {
  if (run.strangers === undefined) return nobody('the run has made no strangers');
  const topologies = run.topologies.filter(({ name }) => step?.topology === undefined || name === step.topology);
  const rows = await ask(run, worldOf(run, learned, run.mesh), run.strangers, topologies);
  const isWrong = rows.some(({ verdict }) => verdict === 'fail');
  const problems = isWrong ? await problemsOf(run, learned) : [];
  const { reasons } = checkReasonsOf(rows);
  const doubts = problems.filter(isDoubt).map(reasonWords);
  return { reasons: [...problems, ...reasons], rows: rows.map((row) => inDoubt(row, doubts)) };
}

/**
 * Returns what may explain a failure: other pods serve than the topology has, others have changed the mesh, or what they
 * made before acts on the run's workloads.
 */
async function problemsOf(run: Run, learned: Pick<Learned, 'others'>): Promise<VerdictReason[]> {
  const [serving, now] = await Promise.all([lookAtServing(run), lookAtOthers(run)]);
  const setting = settingOf(run);
  const before = learned.others.objects;
  const causes = likelyCauses(setting, { before, now, all: labelled(setting, serving) });
  return [...servingProblems(run, serving), ...causes.map(({ reason }) => reason)];
}

/** Returns a failure as inconclusive. */
function inDoubt(row: CheckRow, problems: string[]): CheckRow {
  if (row.verdict !== 'fail' || problems.length === 0) return row;
  return { ...row, verdict: 'inconclusive', why: [...problems, row.why].join('; ') };
}

/** Returns the verdict on all rows: the worst of theirs. What was not tried is no verdict, but nothing at all is none either. */
export function checkReasonsOf(rows: CheckRow[]): CheckReasons {
  const of = (verdict: CheckRow['verdict']): CheckRow[] => rows.filter((row) => row.verdict === verdict);
  const reasonsOf = (code: 'tried-otherwise' | 'tried-unclear', some: CheckRow[]): VerdictReason[] =>
    some.map(({ client, server, expected, observed, why = '' }) => {
      return { code, client, server, expected, observed, said: why };
    });
  const [failed, unclear, passed] = [of('fail'), of('inconclusive'), of('pass')];
  if (failed.length > 0) return { reasons: reasonsOf('tried-otherwise', failed), rows };
  if (unclear.length > 0) return { reasons: reasonsOf('tried-unclear', unclear), rows };
  if (passed.length === 0) return { ...nobody('there was nobody to ask'), rows };
  const left = of('not-tried');
  const notTried = left.length === 0 ? '' : `; ${left.length} were not tried: ${left[0]?.why}`;
  const said = `${passed.length} of ${passed.length} as expected${notTried}`;
  return { reasons: [{ code: 'check-passed', said }], rows };
}

function nobody(said: string): CheckReasons {
  return { reasons: [{ code: 'nobody-asked', said }] };
}
