// What others use of this room.

export { diffMarkdown } from './diff/markdown.ts';
export { diffTerminal } from './diff/terminal.ts';
export { changeTable, diffSentence, htmlDiff } from './html/diff.ts';
export { factList, measuredFacts, moment } from './html/elements.ts';
export { dataMarkup, html, type Markup } from './html/markup.ts';
export { page, type Script } from './html/page.ts';
export { htmlReport } from './html/report.ts';
export { base } from './html/styles/base.ts';
export { diff } from './html/styles/diff.ts';
export type { Sheet } from './html/styles/sheet.ts';
export { coverageMarkdown, type NotReachable, type WitnessStep } from './pages/coverage.ts';
export { type GatedStep, gatesMarkdown } from './pages/coverage-gates.ts';
export { reasonsMarkdown } from './pages/reasons.ts';
export { rulesMarkdown } from './pages/rules.ts';
export { columns, padded, wrapped } from './parts/columns.ts';
export { folded, inline } from './parts/markdown-text.ts';
export { fitting } from './parts/room.ts';
export { countWithRunErrors } from './parts/run-errors.ts';
export { line, oneLine, visible } from './parts/visible.ts';
export { duration, marks, meshWords, short } from './parts/words.ts';
export { workflowCommand } from './parts/workflow-command.ts';
export { annotations } from './run/annotations.ts';
export { judgedAgainText } from './run/judged-again.ts';
export { junitReport } from './run/junit.ts';
export { markdownReport } from './run/markdown.ts';
export { terminalEnd, terminalReport, terminalSuite } from './run/terminal.ts';
export { timingsText } from './run/timings.ts';
