import { checkGroups } from '../checks.ts';

/** Returns the tables of docs/lint.md with every code, as `automtls lint --print codes` prints them. */
export function lintCodesMarkdown(): string {
  return checkGroups
    .flatMap(({ title, checks }) => [
      `### ${title}`,
      [
        '| code | severity | what it means | what to do |',
        '|---|---|---|---|',
        ...checks.map(
          ({ code, severity, meaning, remedy }) => `| \`${code}\` | ${severity} | ${meaning} | ${remedy} |`,
        ),
      ].join('\n'),
    ])
    .join('\n\n');
}
