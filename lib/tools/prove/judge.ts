import { isDeepStrictEqual } from 'node:util';
import type { Because, Saboteur, Turn } from './saboteur.ts';
import type { HarnessVerdict, ProofOutcome, ProofSummary, TriedSaboteur } from './types.ts';

/**
 * Compares what the harness found on a broken mesh with what the saboteur says must turn.
 * @param verdicts everything that the harness judged
 * @returns the outcome, and a sentence for each difference
 */
export function judgeSaboteur(
  { turns }: Pick<Saboteur, 'turns'>,
  verdicts: HarnessVerdict[],
): { outcome: ProofOutcome; why: string[] } {
  const turnOf = new Map(turns.flatMap((turn) => turn.of.map((of) => [of, turn] as const)));
  const wrong = verdicts.flatMap((said) => wronglyTurned(said, turnOf.get(said.of)));
  const found = new Map(verdicts.map((said) => [said.of, said]));
  const missed = [...turnOf].flatMap(([of, { to, orGreen }]) => {
    if (orGreen) return [];
    const said = found.get(of);
    if (said === undefined) return [`${of} had to turn ${to}, but was not judged`];
    return said.verdict === 'pass' ? [`${of} had to turn ${to}, but stayed green: ${said.why}`] : [];
  });
  const outcome =
    wrong.length > 0
      ? 'false'
      : missed.length > 0
        ? 'survived'
        : turns.some(({ orGreen }) => !orGreen)
          ? 'killed'
          : 'withstood';
  return { outcome, why: [...wrong, ...missed] };
}

function wronglyTurned({ of, verdict, why, reasons }: HarnessVerdict, turn: Turn | undefined): string[] {
  if (verdict === 'pass') return [];
  if (turn === undefined) return [`${of} had to stay green, but turned ${verdict}: ${why}`];
  if (verdict !== turn.to) return [`${of} had to turn ${turn.to}, but turned ${verdict}: ${why}`];
  const wanted = [turn.because].flat();
  if (reasons.some((reason) => wanted.some((one) => isPart(one, reason)))) return [];
  return [`${of} turned ${verdict} for another reason than ${wanted.map(becauseWords).join(' or ')}: ${why}`];
}

/** Returns whether a value has all that another one has; of a list, whether each of its items has a counterpart. */
function isPart(some: unknown, all: unknown): boolean {
  if (Array.isArray(some)) return Array.isArray(all) && some.every((one) => all.some((other) => isPart(one, other)));
  if (typeof some !== 'object' || some === null) return isDeepStrictEqual(some, all);
  if (typeof all !== 'object' || all === null) return false;
  return Object.entries(some).every(([key, value]) => isPart(value, (all as Record<string, unknown>)[key]));
}

/** Returns what must turn, with the reasons in words, for reports. */
export function turnsTold(turns: readonly Turn[]): { of: string[]; to: string; because: string }[] {
  return turns.map(({ of, to, because, orGreen }) => ({
    of: [...of],
    to: orGreen ? `${to} or green` : to,
    because: [because].flat().map(becauseWords).join(' or '),
  }));
}

/** Returns a reason that must be among those of a verdict, such as `wrong-answers {"wrong":[…]}`. */
function becauseWords({ code, ...facts }: Because): string {
  return Object.keys(facts).length === 0 ? code : `${code} ${JSON.stringify(facts)}`;
}

/** Returns the counts, the mutation score and the exit code. */
export function summaryOf(saboteurs: Pick<TriedSaboteur, 'outcome'>[], error?: string): ProofSummary {
  const count = (outcome: ProofOutcome): number => saboteurs.filter((one) => one.outcome === outcome).length;
  const [killed, survived, wrong] = [count('killed'), count('survived'), count('false')];
  const withstood = count('withstood');
  const harmful = killed + survived + wrong;
  const isIncomplete = error !== undefined || saboteurs.length === 0;
  return {
    killed,
    survived,
    false: wrong,
    withstood,
    ...(harmful > 0 && { score: killed / harmful }),
    exitCode: survived + wrong > 0 ? 1 : isIncomplete ? 3 : 0,
  };
}
