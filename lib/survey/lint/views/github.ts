import { oneLine, visible, workflowCommand } from '../../../report/index.ts';
import type { Severity } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { pairNames, pairsWords } from './words.ts';

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const satisfies Record<Severity, string>;

/** Returns GitHub's workflow commands, which annotate the lines of a change with what is wrong. */
export function lintGithubText(lint: Lint): string {
  const nameOfPair = pairNames(lint);
  return lint.findings
    .map((finding) => {
      const { severity, code, subject, place, reason, remedy } = finding;
      const title = shown(`${code}: ${subject.name}`);
      const message = [reason, `Remedy: ${remedy}`, pairsWords(finding, nameOfPair)].map(shown).join('\n');
      return workflowCommand(
        commands[severity],
        { file: place && shown(place.file), line: place?.line, title },
        message,
      );
    })
    .join('\n');
}

function shown(text: string): string {
  return visible(oneLine(text));
}
