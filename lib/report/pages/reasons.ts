import { type Effect, reasonGroups } from '../../verdict/index.ts';

const effects: Record<Effect, string> = {
  pass: 'for a pass',
  fail: 'for a failure',
  doubt: 'for a doubt: what it is said of is inconclusive',
  cause: 'a likely cause of a failure',
  note: 'a note beside a failure',
};

/** Returns the page with every code of a reason, as `npm run report -- reasons` prints it. */
export function reasonsMarkdown(): string {
  const groups = reasonGroups.flatMap(({ title, about, codes }) => [
    `## ${title}`,
    about,
    ...Object.entries(codes).flatMap(([code, { effect, means, advice }]) => [
      `### ${code}`,
      [`*${effects[effect]}.* ${means}`, ...(advice === undefined ? [] : [advice])].join(' '),
    ]),
  ]);
  return [
    '# Reasons, by code',
    '<!-- npm run --silent report -- reasons > docs/reasons.md -->',
    'Every verdict has its reasons: in `results.json` as data, a code with its facts, and in reports in words. Any doubt makes a cell or a check inconclusive; without one, any failure fails it. `summary.inconclusiveBy` counts what is inconclusive by code.',
    ...groups,
  ].join('\n\n');
}
