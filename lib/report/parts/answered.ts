import type { CellResult } from '../../results/index.ts';
import { type Answer, type Answerer, lastSeen, matches, rareOf, type Seen, usual } from '../../verdict/index.ts';
import { line } from './visible.ts';

// The answer of a cell that decided its verdict, and who gave it.

/** Maximum length of a body, which is enough to show who answered. */
const BODY = 400;

/**
 * Returns the sort of answers that decided a cell's verdict: of the wrong ones that count, the sort that came first; if
 * none counts, the latest wrong one. If no answer was wrong, the latest one.
 */
export function decisive({ seen, expectation }: Pick<CellResult, 'seen' | 'expectation'>): Seen | undefined {
  const rare = rareOf(expectation.outcomes);
  const unexpected = seen.filter((one) => isWrong({ expectation }, one));
  const isRare = ({ observation }: Seen): boolean => rare !== undefined && matches(rare, observation);
  const wrong = unexpected.some((one) => !isRare(one)) ? unexpected.filter((one) => !isRare(one)) : unexpected;
  const [first] = wrong.filter(({ counted }) => counted > 0).sort((a, b) => timeOf(a) - timeOf(b));
  return first ?? lastSeen(wrong) ?? lastSeen(seen);
}

/** Returns whether a sort of answers is one that the model does not expect, or expects only rarely. */
export function isWrong({ expectation }: Pick<CellResult, 'expectation'>, { observation }: Seen): boolean {
  if (observation.kind === 'not-observed') return false;
  return !usual(expectation.outcomes).some((outcome) => matches(outcome, observation));
}

function timeOf({ evidence, firstMs }: Seen): number {
  return evidence?.at ?? firstMs;
}

const answerers: Record<Answerer, string> = {
  'client-sidecar': "the client's sidecar",
  'server-sidecar': "the server's sidecar",
  sidecar: 'a sidecar',
  application: 'the application',
  'server-side': "the server's side",
  nobody: 'nobody',
};

/** Whom an answer without a body leaves open, where others of the sort show it. */
const narrower: Partial<Record<Answerer, Answerer[]>> = {
  'server-side': ['server-sidecar', 'application'],
  sidecar: ['client-sidecar', 'server-sidecar'],
};

/** Returns who gave answers, such as `the server's sidecar`; empty if it is not known. */
export function answererWords({ by = [] }: Pick<Seen, 'by'>): string {
  const shown = by.filter((one) => !narrower[one]?.some((other) => by.includes(other)));
  return shown.map((one) => answerers[one]).join(' and ');
}

/** Returns an answer on one line: status, who gave it, and what it says. */
export function evidenceWords({ status, curlExit, curlMessage, sent, body }: Answer, who = ''): string {
  const message = curlMessage === '' ? '' : ` (${line(curlMessage, BODY)})`;
  const text = line(body, BODY);
  const to = sent === undefined ? '' : ` to ${sent}`;
  const by = who === '' || status === 0 ? '' : ` by ${who}`;
  return `HTTP ${status}${by}, curl exit ${curlExit}${message}${to}${text === '' ? '' : `: ${text}`}`;
}
