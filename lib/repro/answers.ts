import { defaultLimits } from '../limits.ts';
import type { ExpectedOutcome } from '../model/types.ts';
import { type Bound, mostOf, rareOf, usual } from '../verdict/judge/answers/rare.ts';
import { answersFor, sensitivity } from '../verdict/judge/answers/sensitivity.ts';
import { outcomeWords } from '../verdict/observation.ts';
import { ID, type Reproduction } from './reproduction.ts';

// How a script reads answers: with awk, into the same words as reports.

/** Answers over a protocol that sidecars pass on, by whether the servers' sidecars counted TLS handshakes meanwhile. */
export const tlsWords = {
  counted: '200, with TLS between the sidecars',
  none: '200, without TLS between the sidecars',
};

/** Returns the awk program that reads what curl printed, and prints how often each answer came. */
export function readingProgram({ protocol }: Pick<Reproduction, 'protocol'>): string {
  const grpc =
    protocol === 'grpc'
      ? `
      if ($4 > 0) answer = "gRPC status " $4
      if ($4 == 14 || ($2 == "000" && $3 == 92)) answer = "503"`
      : '';
  return `
    /URI=spiffe:/ { identity = $0; sub(/.*URI=/, "", identity); sub(/[",; \\r].*/, "", identity) }
    /^answer / {
      answer = $2
      if ($3 != 0) answer = $2 " with curl exit " $3
      else if ($2 == 200) answer = identity == "" ? "200 in plain text" : "200 over mutual TLS as " identity${grpc}
      seen[answer]++; all++; identity = ""
    }
    END { for (answer in seen) print seen[answer] " × " answer; exit all < times }`;
}

/**
 * Returns the awk program that reads how often each answer came, and ends with 0 if all are as expected: each expected
 * answer came unless it is rare, rare ones no more often than by chance, and no other.
 */
export function judgingProgram(reproduction: Reproduction): string {
  const { outcomes } = reproduction.expectation;
  const bound = boundOf(outcomes);
  const [rare] = outcomes.filter((one) => one.rare).map((one) => isOneOf(one, reproduction));
  // Two outcomes may look the same.
  const each = [...new Set(usual(outcomes).map((one) => isOneOf(one, reproduction)))];
  const lines = [
    '{ times = $1; sub(/^[0-9]+ × /, "") }',
    ...each.map((isIt, at) => `${isIt} { seen${at + 1} = 1; next }`),
    ...(rare === undefined || bound === undefined
      ? []
      : [`(${rare}) && times <= ${mostOf(sampleOf(reproduction), bound)} { next }`]),
    '{ wrong = 1 }',
    `END { exit ${['wrong', ...each.map((_, at) => `!seen${at + 1}`)].join(' || ')} }`,
  ];
  return lines.map((line) => `\n    ${line}`).join('');
}

/** Returns how many answers count, as in a run. */
export function sampleOf({ expectation }: Pick<Reproduction, 'expectation'>): number {
  return answersFor(sensitivity, boundOf(expectation.outcomes));
}

function boundOf(outcomes: ExpectedOutcome[]): Bound | undefined {
  const rare = rareOf(outcomes);
  return rare && { share: rare.share, limit: defaultLimits.missChance };
}

/** Returns a condition of awk: whether an answer is of an outcome. */
function isOneOf(expected: ExpectedOutcome, { counted, expectation }: Reproduction): string {
  return wordsOf(expected, counted.length > 0, expectation.outcomes)
    .map((words) => `$0 == ${awkString(words)}`)
    .join(' || ');
}

function wordsOf({ outcome }: ExpectedOutcome, counts: boolean, all: ExpectedOutcome[]): string[] {
  if (outcome.kind === 'reset') return outcome.curlExits.map((exit) => `000 with curl exit ${exit}`);
  if (!counts || outcome.kind === 'unavailable') return [outcomeWords(outcome)];
  // With some plain text beside it, TLS is seen all the same.
  return [all.some((one) => one.outcome.kind === 'mtls') ? tlsWords.counted : tlsWords.none];
}

/** Returns a text as an expression of awk in a shell's single quotes, with the script's id as the variable id. */
function awkString(text: string): string {
  return text
    .split(ID)
    .map((part) => `"${part.replaceAll(/[\\"]/g, '\\$&').replaceAll("'", "'\\''")}"`)
    .join(' id ');
}
