import type { Stranger } from '../../../model/index.ts';
import type { CountedReply, Reply, StrangerRow } from '../../record/tried.ts';
import { countShown, judged, type ReplyShows, repliesWords, shownInPlain, shownOverTls } from './replies.ts';
import { type JudgedRow, notTried, placeOf } from './row.ts';

/**
 * Judges what servers did with strangers. A refusal counts only if the same stranger was let in elsewhere at the same
 * time: in plain text by a server without a sidecar, over TLS by one that takes every certificate. Where the mesh's own
 * certificates must be let in, the others' refusals count only if one was.
 * @param tries how often each stranger asked each server
 */
export function strangerRows(rows: StrangerRow[], tries: number): JudgedRow[] {
  const judgements = rows.map((row) => ({ row, judgement: judgedRow(row, tries) }));
  const shutOut = judgements.filter(
    ({ row, judgement: { verdict } }) =>
      row.stranger === 'member' &&
      row.expected.comesTo === 'let in' &&
      (verdict === 'fail' || verdict === 'inconclusive'),
  );
  return judgements.map(({ row, judgement }) => {
    const member = shutOut.find((one) => one.row.server === row.server)?.row.client;
    const isRefusal = row.stranger !== 'plain' && row.stranger !== 'member' && judgement.verdict === 'pass';
    if (member === undefined || !isRefusal) return judgement;
    return { ...judgement, verdict: 'inconclusive', why: `${member} was not let in either` };
  });
}

function judgedRow(row: StrangerRow, tries: number): JudgedRow {
  if ('leftOut' in row) return notTried(row, row.leftOut);
  if ('notAsked' in row) return { ...placeOf(row), observed: 'nothing', verdict: 'inconclusive', why: row.notAsked };
  const { stranger, expected, replies, control } = row;
  const shown = shownOf(stranger);
  const doubt = doubtOf(stranger, control, tries);
  const letIn = countShown(replies, (reply) => shown(reply) === 'let in');
  // What was let in needs no control.
  const needsControl = letIn === 0 && (expected.comesTo === 'refused' || replies.length === 0);
  if (doubt !== undefined && needsControl) {
    const observed = repliesWords(expected.comesTo, replies, shown);
    return { ...placeOf(row), observed, verdict: 'inconclusive', why: doubt };
  }
  return { ...placeOf(row), ...judged(expected.comesTo, replies, { shown, tries }) };
}

/** Returns why nothing is known of a stranger's refusals; undefined if its control was let in each time. */
function doubtOf(stranger: Stranger, control: CountedReply[] | undefined, tries: number): string | undefined {
  const what = stranger === 'plain' ? 'a server without a sidecar' : 'a server that takes any certificate';
  if (control === undefined) return `there is no control: ${what}`;
  const shown = shownOf(stranger);
  const letIn = countShown(control, (reply) => shown(reply) === 'let in');
  return letIn === tries ? undefined : `its control, ${what}, answered only ${letIn} of ${tries} times`;
}

function shownOf(stranger: Stranger): (reply: Reply) => ReplyShows {
  return stranger === 'plain' ? shownInPlain : shownOverTls;
}
