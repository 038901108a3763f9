import { logicalNames } from '../../../model/index.ts';
import type { RunSetting } from '../../record/looked.ts';
import type { NamesRow } from '../../record/tried.ts';
import type { JudgedRow } from './row.ts';

/** Judges which names a client's sidecar accepts of a server: those that the model says, and no others. */
export function namesRow({ namespaces }: Pick<RunSetting, 'namespaces'>, row: NamesRow): JudgedRow {
  const { client, server, expected } = row;
  const wanted = acceptsWords(expected.names);
  const found = 'unread' in row ? row.unread : acceptsWords(row.accepted, 'any name');
  const observed = logicalNames(found, namespaces);
  const place = { client, server, expected: logicalNames(wanted, namespaces), observed, reasons: expected.reasons };
  if ('unread' in row) return { ...place, verdict: 'inconclusive', why: row.unread };
  if (found === wanted) return { ...place, verdict: 'pass' };
  return { ...place, verdict: 'fail', why: `its sidecar ${observed}` };
}

function acceptsWords(names: string[], none = ''): string {
  return `accepts ${names.join(', ') || none}`;
}
