import { isDoubt, reasonWords, type VerdictReason } from '../../reasons.ts';
import type { RunSetting } from '../../record/looked.ts';
import type { TriedRecord } from '../../record/tried.ts';
import { likelyCauses } from '../mesh/others.ts';
import { labelled } from '../mesh/reach.ts';
import { servingProblems } from '../mesh/serving.ts';
import { impostorRows } from './impostors.ts';
import { namesRow } from './names.ts';
import type { JudgedRow } from './row.ts';
import { strangerRows } from './strangers.ts';

/** Judges what a check of strangers or impostors tried: each row, and what follows from all of them. */
export function judgeTried(setting: RunSetting, tried: TriedRecord): { reasons: VerdictReason[]; rows: JudgedRow[] } {
  const rows = rowsOf(setting, tried);
  const problems = problemsOf(setting, tried);
  const doubts = problems.filter(isDoubt).map(reasonWords);
  return { reasons: [...problems, ...reasonsOf(rows)], rows: rows.map((row) => inDoubt(row, doubts)) };
}

/** Returns whether anything failed by what came back, so that the run must look at what else may explain it. */
export function hasFailed(setting: RunSetting, tried: TriedRecord): boolean {
  return rowsOf(setting, tried).some(({ verdict }) => verdict === 'fail');
}

function rowsOf(setting: RunSetting, { rows, tries }: TriedRecord): JudgedRow[] {
  return [
    ...strangerRows(
      rows.filter((row) => row.kind === 'stranger'),
      tries,
    ),
    ...impostorRows(
      rows.filter((row) => row.kind === 'impostor'),
      tries,
    ),
    ...rows.filter((row) => row.kind === 'names').map((row) => namesRow(setting, row)),
  ];
}

/**
 * Returns what may explain a failure: other pods serve than the topology has, others have changed the mesh, or what they
 * made before acts on the run's workloads.
 */
function problemsOf(setting: RunSetting, { around }: TriedRecord): VerdictReason[] {
  if (around === undefined) return [];
  const { serving, others } = around;
  const causes = likelyCauses(setting, { ...others, all: labelled(setting, serving) });
  return [...servingProblems(setting, serving), ...causes.map(({ reason }) => reason)];
}

/** Returns a failure as inconclusive, if something besides the mesh may explain it. */
function inDoubt(row: JudgedRow, problems: string[]): JudgedRow {
  if (row.verdict !== 'fail' || problems.length === 0) return row;
  return { ...row, verdict: 'inconclusive', why: [...problems, row.why].join('; ') };
}

/** Returns the reasons for the worst verdict of all rows. What was not tried is none, but nothing at all shows nothing. */
function reasonsOf(rows: JudgedRow[]): VerdictReason[] {
  const of = (verdict: JudgedRow['verdict']): JudgedRow[] => rows.filter((row) => row.verdict === verdict);
  const told = (code: 'tried-otherwise' | 'tried-unclear', some: JudgedRow[]): VerdictReason[] =>
    some.map(({ client, server, expected, observed, why = '' }) => {
      return { code, client, server, expected, observed, said: why };
    });
  const [failed, unclear, passed] = [of('fail'), of('inconclusive'), of('pass')];
  if (failed.length > 0) return told('tried-otherwise', failed);
  if (unclear.length > 0) return told('tried-unclear', unclear);
  const left = of('not-tried');
  if (passed.length === 0) {
    const said = left.length === 0 ? 'there was nobody to ask' : `nothing of it can be judged: ${left[0]?.why}`;
    return [{ code: 'nobody-asked', said }];
  }
  const notTried = left.length === 0 ? '' : `; ${left.length} were not tried: ${left[0]?.why}`;
  return [{ code: 'check-passed', said: `${passed.length} of ${passed.length} as expected${notTried}` }];
}
