import type { ImpostorRow, Reply } from '../../record/tried.ts';
import { countShown, judged, shownOfImpostor } from './replies.ts';
import { type JudgedRow, notTried, placeOf } from './row.ts';

/**
 * Judges what clients did with impostors. A refusal counts only if the impostor saw handshakes end and read no request,
 * and if the client accepted the server with the right certificate, where it could be tried.
 * @param tries how often each client asked each impostor
 */
export function impostorRows(rows: ImpostorRow[], tries: number): JudgedRow[] {
  const judgements = rows.map((row) => ({ row, judgement: judgedRow(row, rows, tries) }));
  const refused = judgements.filter(({ row, judgement: { verdict } }) => {
    return row.impostor === 'named' && (verdict === 'fail' || verdict === 'inconclusive');
  });
  return judgements.map(({ row, judgement }) => {
    const named = refused.find((one) => one.row.client === row.client)?.row.server;
    if (named === undefined || judgement.verdict !== 'pass') return judgement;
    return { ...judgement, verdict: 'inconclusive', why: `${named} was not accepted either` };
  });
}

/** @param all the rows of all clients, whose requests an impostor counts together */
function judgedRow(row: ImpostorRow, all: ImpostorRow[], tries: number): JudgedRow {
  if ('leftOut' in row) return notTried(row, row.leftOut);
  if ('notAsked' in row) return { ...placeOf(row), observed: 'not tried', verdict: 'inconclusive', why: row.notAsked };
  const { impostor, expected, replies, counted } = row;
  const shown = (reply: Reply) => shownOfImpostor(reply, counted !== undefined && counted.ended > 0);
  const judgement = { ...placeOf(row), ...judged(expected.comesTo, replies, { shown, tries }) };
  const answered = all
    .filter((one) => one.impostor === impostor)
    .flatMap((one) => ('replies' in one ? one.replies : []));
  const unanswered = (counted?.requests ?? 0) - countShown(answered, (reply) => shown(reply) === 'let in');
  if (expected.comesTo !== 'refused' || judgement.verdict !== 'pass' || unanswered <= 0) return judgement;
  return { ...judgement, verdict: 'fail', why: `the impostor read ${unanswered} requests` };
}
