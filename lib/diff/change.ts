import { gatesBetween } from '../model/gates.ts';
import { formatRelease, gateWords, parseRelease } from '../model/release.ts';
import type { Outcome } from '../model/types.ts';
import type { Observation } from '../probe/types.ts';
import type { InBoth } from './found.ts';
import type { Change, Observed } from './types.ts';

/**
 * Returns whether what is known of a place changed: the verdict, what it settled on, or what was expected. Which endpoints
 * answer, and in which shares, is how an expectation comes about, and nothing that a client sees. Where curl may end in
 * several ways, how it did counts: that a release allows one more is no change as long as none takes it.
 */
export function isChanged({ a: { told: a }, b: { told: b } }: InBoth): boolean {
  return a.verdict !== b.verdict || !sameSights(a.seen, b.seen) || !alike(a.expected, b.expected);
}

/**
 * Returns the change with what explains it: the version gates between the releases, where both sides are as the model says.
 * Throws where a release is none.
 */
export function changeOf({ a, b }: InBoth, from: string, to: string): Change {
  const [older, newer] = [parseRelease(from), parseRelease(to)];
  const change = { ...a.place, a: a.told, b: b.told };
  const asSaid = a.told.verdict === 'pass' && b.told.verdict === 'pass';
  if (!asSaid) return { ...change, explained: false, gates: [], why: turnOf(a.told, b.told) };
  const gates = gatesBetween(a.reasons, b.reasons, older, newer);
  if (gates.length > 0)
    return {
      ...change,
      explained: true,
      gates,
      why: gates.map((gate) => `${gateWords(gate)}: ${gate.text}`).join('; '),
    };
  const [old, recent] = [formatRelease(older), formatRelease(newer)];
  const where = old === recent ? `both are ${old}` : `no version gate of it lies between ${old} and ${recent}`;
  return { ...change, explained: false, gates, why: `both are as the model says, and yet they differ: ${where}` };
}

function turnOf(a: Observed, b: Observed): string {
  const says = a.expected.length + b.expected.length > 0 ? 'as the model says' : 'as it should be';
  if (b.verdict === 'pass') return `now ${says}`;
  if (a.verdict === 'pass') return `no longer ${says}: ${b.why}`;
  return `neither is ${says}: ${b.why}`;
}

function sameSights(a: Observation[], b: Observation[]): boolean {
  const keys = (observations: Observation[]) => observations.map((observation) => JSON.stringify(observation)).sort();
  return String(keys(a)) === String(keys(b));
}

function alike(a: Outcome[], b: Outcome[]): boolean {
  return (
    a.every((outcome) => b.some((other) => isLike(outcome, other))) &&
    b.every((outcome) => a.some((other) => isLike(outcome, other)))
  );
}

/** Two resets are alike where one and the same end of curl is both. */
function isLike(a: Outcome, b: Outcome): boolean {
  if (a.kind === 'reset' && b.kind === 'reset') return a.curlExits.some((exit) => b.curlExits.includes(exit));
  if (a.kind === 'mtls' && b.kind === 'mtls') return a.identity === b.identity;
  return a.kind === b.kind;
}
