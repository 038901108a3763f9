import { formatRelease, gatesBetween, gateWords, type Outcome, parseRelease } from '../../model/index.ts';
import type { Observation } from '../../verdict/index.ts';
import type { InBoth } from './found.ts';
import type { Change, Observed } from './types.ts';

/**
 * Returns whether a place changed: its verdict, what was observed, or what was expected. Which endpoints answer, and in
 * which shares, does not count, because clients cannot see it; nor does a rare outcome. If several curl exit codes are expected, the observed
 * one counts: a release that allows another one has not changed until that is observed.
 */
export function isChanged({ a: { told: a }, b: { told: b } }: InBoth): boolean {
  return a.verdict !== b.verdict || !sameObservations(a.seen, b.seen) || !alike(a.expected, b.expected);
}

/**
 * Returns the change with its explanation: the version gates between the releases, if both sides are as the model
 * predicts.
 * @throws Error if a release is invalid
 */
export function changeOf({ a, b }: InBoth, from: string, to: string): Change {
  const [older, newer] = [parseRelease(from), parseRelease(to)];
  const change = { ...a.place, a: a.told, b: b.told };
  const bothPassed = a.told.verdict === 'pass' && b.told.verdict === 'pass';
  if (!bothPassed) return { ...change, explained: false, gates: [], why: turnOf(a.told, b.told) };
  const gates = gatesBetween(a.reasons, b.reasons, older, newer);
  if (gates.length > 0)
    return {
      ...change,
      explained: true,
      gates,
      why: gates.map((gate) => `${gateWords(gate)}: ${gate.text}`).join('; '),
    };
  const [old, recent] = [formatRelease(older), formatRelease(newer)];
  const where = old === recent ? `both are ${old}` : `no rule begins or ends between ${old} and ${recent}`;
  return { ...change, explained: false, gates, why: `both are as the model predicts, but they differ: ${where}` };
}

function turnOf(a: Observed, b: Observed): string {
  const says = a.expected.length + b.expected.length > 0 ? 'as the model predicts' : 'as it should be';
  if (b.verdict === 'pass') return `now ${says}`;
  if (a.verdict === 'pass') return `no longer ${says}: ${b.why}`;
  return `neither is ${says}: ${b.why}`;
}

function sameObservations(a: Observation[], b: Observation[]): boolean {
  const keys = (observations: Observation[]) => [...new Set(observations.map(keyOf))].sort();
  return String(keys(a)) === String(keys(b));
}

/** Whether curl lost an answer is a matter of chance. */
function keyOf(observation: Observation): string {
  return JSON.stringify(observation.kind === 'unavailable' ? { kind: observation.kind } : observation);
}

function alike(a: Outcome[], b: Outcome[]): boolean {
  return (
    a.every((outcome) => b.some((other) => isLike(outcome, other))) &&
    b.every((outcome) => a.some((other) => isLike(outcome, other)))
  );
}

/** Two resets are alike if they share a curl exit code. */
function isLike(a: Outcome, b: Outcome): boolean {
  if (a.kind === 'reset' && b.kind === 'reset') return a.curlExits.some((exit) => b.curlExits.includes(exit));
  if (a.kind === 'mtls' && b.kind === 'mtls') return a.identity === b.identity;
  return a.kind === b.kind;
}
