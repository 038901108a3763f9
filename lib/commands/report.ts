import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { compare } from '../diff/compare.ts';
import type { Diff } from '../diff/types.ts';
import { messageOf, UsageError } from '../errors.ts';
import { crdSchemas } from '../istio/crd-schemas.ts';
import { coverageMarkdown, type NotReachable, type WitnessStep } from '../report/coverage.ts';
import { type GatedStep, gatesMarkdown } from '../report/coverage-gates.ts';
import { diffMarkdown } from '../report/diff/markdown.ts';
import { diffTerminal } from '../report/diff/terminal.ts';
import { htmlDiff } from '../report/html/diff.ts';
import { htmlReport } from '../report/html/report.ts';
import { reasonsMarkdown } from '../report/reasons-page.ts';
import { rulesMarkdown } from '../report/rules.ts';
import { junitReport } from '../report/run/junit.ts';
import { markdownReport } from '../report/run/markdown.ts';
import { terminalReport } from '../report/run/terminal.ts';
import { transitionsMarkdown } from '../report/transitions/markdown.ts';
import { resultsFrom, textOf } from '../results/file.ts';
import { resultsJsonSchema } from '../results/schema.ts';
import type { Results } from '../results/types.ts';
import type { Suite } from '../run/suite.ts';
import { transitionsFrom } from '../transitions/file.ts';
import { assertApply, oneOf, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { reportFlags } from './flags.ts';
import { reportHelp } from './help.ts';

const verbs = ['show', 'diff', 'coverage', 'transitions', 'schema', 'rules', 'crds', 'reasons'] as const;

const runViews: Record<string, (results: Results, color: boolean) => string> = {
  terminal: terminalReport,
  json: textOf,
  html: htmlReport,
  junit: junitReport,
  markdown: markdownReport,
};

const diffViews: Record<string, (diff: Diff, color: boolean) => string> = {
  terminal: diffTerminal,
  json: (diff) => JSON.stringify(diff, null, 2),
  html: htmlDiff,
  markdown: diffMarkdown,
};

/** What the command is given. */
export interface ReportContext {
  console: Console;
  /** All suites. */
  suites: readonly Suite[];
  /** Rules that no suite can ask, and why. */
  notReachable: NotReachable;
}

/**
 * `npm run report -- show|diff|coverage|transitions|schema|rules|crds`: prints a view of results, schemas or the model's
 * rules. Returns the exit code, which for `diff` is 1 if a change is unexplained and 3 if not everything could be compared.
 * @throws UsageError if an argument or a results file is invalid
 */
export async function report(args: string[], { console, suites, notReachable }: ReportContext): Promise<number> {
  const { values, positionals, given } = parse(args, reportFlags);
  const [verb = '', ...files] = positionals;
  if (values.help) {
    console.print(reportHelp);
    return 0;
  }
  const command = oneOf(verbs, verb, 'npm run report --');
  if (command !== 'show' && command !== 'diff') assertApply(given, command, []);
  switch (command) {
    case 'show': {
      const view = viewOf(runViews, values.format);
      const [results] = await read<[Results]>(files, 1, console.cwd);
      console.print(view(results, console.color).trimEnd());
      return 0;
    }
    case 'diff': {
      const view = viewOf(diffViews, values.format);
      const [a, b] = await read<[Results, Results]>(files, 2, console.cwd);
      if (a.run.id === b.run.id) {
        throw new UsageError(`Both arguments are the run ${a.run.id}: name two different runs.`);
      }
      const diff = compare(a, b);
      console.print(view(diff, console.color).trimEnd());
      return diff.summary.exitCode;
    }
    case 'coverage': {
      if (files.length === 0) throw new UsageError('Expected results.json of one run or more, or their folders.');
      const all = await Promise.all(files.map(async (file) => resultsFrom(await textIn(file, console.cwd), file)));
      const steps = witnessSteps(suites);
      console.print(`${coverageMarkdown(steps, notReachable, all)}\n\n${gatesMarkdown(steps, all)}`);
      return 0;
    }
    case 'transitions': {
      if (files.length === 0)
        throw new UsageError('Expected transitions.json of one release or more, or their folders.');
      const texts = await Promise.all(files.map((file) => textIn(file, console.cwd, 'transitions.json')));
      console.print(transitionsMarkdown(texts.map((text, at) => transitionsFrom(text, files[at] as string))));
      return 0;
    }
    case 'crds': {
      const [file, ...more] = files;
      if (file === undefined || more.length > 0) throw new UsageError("Expected one file, Istio's crd-all.gen.yaml.");
      console.print(JSON.stringify(crdSchemas(await textIn(file, console.cwd)), null, 1));
      return 0;
    }
    case 'schema':
      takesNone(verb, files);
      console.print(JSON.stringify(resultsJsonSchema(), null, 2));
      return 0;
    case 'reasons':
      takesNone(verb, files);
      console.print(reasonsMarkdown());
      return 0;
    case 'rules':
      takesNone(verb, files);
      console.print(rulesMarkdown());
      return 0;
  }
}

function witnessSteps(suites: readonly Suite[]): (WitnessStep & GatedStep)[] {
  return suites.flatMap(({ name, steps }) =>
    steps.flatMap((step) => {
      if (step.witnesses === undefined) return [];
      const { title, witnesses } = step;
      const { since, until } = step.kind === 'ask' ? step : {};
      return [{ suite: name, step: title, rules: witnesses, ...(since && { since }), ...(until && { until }) }];
    }),
  );
}

function takesNone(verb: string, files: string[]): void {
  if (files.length > 0) throw new UsageError(`Unexpected argument "${files.join(' ')}": ${verb} takes none.`);
}

function viewOf<View>(views: Record<string, View>, format: string): View {
  return views[oneOf(Object.keys(views), format, '--format')] as View;
}

async function read<Runs extends Results[]>(files: string[], wanted: Runs['length'], cwd: string): Promise<Runs> {
  if (files.length !== wanted) {
    const named = wanted === 1 ? 'one results.json' : 'two results.json, the earlier first';
    throw new UsageError(`Expected ${named}, or the folder of a run such as results/latest, but got ${files.length}.`);
  }
  return Promise.all(files.map(async (file) => resultsFrom(await textIn(file, cwd), file))) as Promise<Runs>;
}

/** Returns the text of a file of results, or of the one with this name in a folder such as results/latest. */
async function textIn(path: string, cwd: string, name = 'results.json'): Promise<string> {
  try {
    const there = resolve(cwd, path);
    const file = (await stat(there)).isDirectory() ? join(there, name) : there;
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read (${messageOf(error)}): name a ${name}, or its folder.`);
  }
}
