import type { Results } from '../../results/index.ts';
import { asShown } from '../parts/as-shown.ts';
import { casesOf } from '../parts/cases.ts';
import { certaintyWords } from '../parts/certainty.ts';
import { causesSentences, findingsOf } from '../parts/findings.ts';
import { inline } from '../parts/markdown-text.ts';
import { failsByRequirement } from '../parts/required.ts';
import { fitting } from '../parts/room.ts';
import { countWithRunErrors, runErrorsOf } from '../parts/run-errors.ts';
import { allVisible } from '../parts/visible.ts';
import { marks, phaseWords, totals } from '../parts/words.ts';
import { failureSections } from './markdown-failures.ts';
import { matrixSections } from './markdown-matrix.ts';

/**
 * The maximum size of each part in bytes. No part displaces another, and together they stay below 1 MiB, because GitHub
 * does not show a longer job summary at all.
 */
const ROOM = { head: 64_000, details: 420_000, lines: 130_000, matrix: 350_000 };

const headlines: Record<Results['summary']['verdict'], string> = {
  pass: `${marks.pass} The mesh conforms`,
  fail: `${marks.fail} The mesh does not conform`,
  inconclusive: `${marks.inconclusive} Inconclusive`,
  interrupted: `${marks.inconclusive} Interrupted`,
};

/**
 * Returns results as GitHub's Markdown, for a job summary: the result of the run, what is wrong, and the matrix of each
 * step. It is always smaller than 1 MiB.
 */
export function markdownReport(found: Results): string {
  const results = asShown(allVisible(found));
  const findings = findingsOf(casesOf(results));
  return [
    `## ${headlineOf(results)}: ${totals(countWithRunErrors(results))}`,
    ...causesSentences(findings).map((sentence) => `**${inline(sentence)}**`),
    ...about(results),
    ...failureSections(findings, ROOM),
    ...matrixSections(results, ROOM.matrix),
    '',
  ].join('\n\n');
}

/** The headline of a partial run must not claim anything about what it did not test. */
function headlineOf(results: Results): string {
  const { verdict, partial } = results.summary;
  if (verdict === 'fail' && failsByRequirement(results)) {
    return `${marks.fail} The mesh conforms, but not every pair is mutual TLS`;
  }
  return `${headlines[verdict]}${verdict === 'pass' && partial.length > 0 ? ' where it was tested' : ''}`;
}

function about(results: Results): string[] {
  const { istio, cluster, run, summary } = results;
  const lines = [
    ...runErrorsOf(results).map(({ kind, text }) => `- **${kind}** ${inline(text)}`),
    ...certaintyWords(results).map((words) => `- **certainty** ${inline(words)}`),
    ...summary.partial.map((reason) => `- **partial** ${inline(reason)}`),
    ...istio.notes.map((note) => `- **note** ${inline(note)}`),
  ];
  const { fit, left } = fitting(lines, ROOM.head, (line) => line);
  return [
    inline(
      `Istio ${istio.version}, by the rules of ${istio.release}, on ${cluster.provider} ${cluster.name}, Kubernetes ${cluster.kubernetes}`,
    ),
    inline(`Run ${run.id} of ${run.startedAt}: ${phaseWords(results)}`),
    ...(fit.length === 0 ? [] : [fit.join('\n')]),
    ...(left.length === 0 ? [] : [`And ${left.length} more of these, in results.json and report.html.`]),
  ];
}
