import { formatRelease } from '../../../model/index.ts';
import { oneLine, visible, wrapped } from '../../../report/index.ts';
import { placeWords } from '../../read/files.ts';
import { counted, listText, WIDTH } from '../../views/table.ts';
import { unreadWords } from '../../views/words.ts';
import type { Pair } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { pairNames, pairsWords, severities } from './words.ts';

/** Returns what is wrong with a mesh as text: a summary, each finding, and what was accepted or not looked for. */
export function lintText(lint: Lint): string {
  const nameOfPair = pairNames(lint);
  const parts = [summary(lint), ...lint.findings.map((finding) => findingText(finding, nameOfPair)), notes(lint)];
  return visible(parts.filter((part) => part !== '').join('\n\n'));
}

function summary({ mesh, findings }: Lint): string {
  const words = severities.flatMap((severity) => {
    const count = findings.filter((one) => one.severity === severity).length;
    return count === 0 ? [] : [counted(count, severity)];
  });
  const what = words.length === 0 ? 'nothing found' : words.join(', ');
  const head = `${oneLine(mesh.snapshot.label)}, Istio ${formatRelease(mesh.plane.mesh.release)}: ${what}`;
  return wrapped(head, 0, { width: WIDTH }).join('\n');
}

function findingText(finding: Finding, nameOfPair: (pair: Pair) => string): string {
  const { severity, code, place, subject, reason, remedy } = finding;
  const where = place === undefined ? subject.name : `${subject.name}, ${placeWords(place)}`;
  const lines = [reason, `Remedy: ${remedy}`, pairsWords(finding, nameOfPair)];
  return [
    ...wrapped(oneLine(`${severity} ${code}: ${where}`), 0, { hang: 2, width: WIDTH }),
    ...lines.flatMap((line) => wrapped(oneLine(line), 2, { hang: 2, width: WIDTH })),
  ].join('\n');
}

function notes({ mesh, accepted, needless, notJudged, notLookedFor }: Lint): string {
  const byCode = Map.groupBy(accepted, ({ code }) => code);
  const codes = [...byCode].map(([code, all]) => (all.length > 1 ? `${code} (${all.length})` : code));
  const lines = [
    ...(accepted.length > 0
      ? [`accepted by annotation: ${counted(accepted.length, 'finding')}, ${codes.join(', ')}`]
      : []),
    ...needless.map(({ object, code, known }) =>
      known ? `${object} accepts ${code}, which does not occur on it` : `${object} accepts ${code}, which is no code`,
    ),
    ...unreadWords(mesh),
    ...(notLookedFor.length > 0
      ? [`therefore not looked for: ${notLookedFor.map(({ code }) => code).join(', ')}`]
      : []),
    ...(notJudged > 0 ? [`not judged: ${counted(notJudged, 'pair')}, of which automtls check says why`] : []),
    ...mesh.notes,
  ];
  return listText(lines);
}
