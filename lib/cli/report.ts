import { Command, Option } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import { crdSchemas } from '../platform/istio/index.ts';
import {
  coverageMarkdown,
  diffMarkdown,
  diffTerminal,
  type GatedStep,
  gatesMarkdown,
  htmlDiff,
  htmlReport,
  judgedAgainText,
  junitReport,
  markdownReport,
  reasonsMarkdown,
  rulesMarkdown,
  terminalReport,
  type WitnessStep,
} from '../report/index.ts';
import { compare, type Diff } from '../results/diff/index.ts';
import {
  judgedAgain,
  packed,
  RECORD,
  type Results,
  recordsFrom,
  resultsFrom,
  resultsJsonSchema,
  runFile,
  textOf,
} from '../results/index.ts';
import type { Suite } from '../scenario/index.ts';
import { transitionsFrom, transitionsMarkdown } from '../tools/transitions/index.ts';
import { counted } from '../verdict/index.ts';
import { type AddCommand, type Declare, pathFrom } from './options/options.ts';
import { write } from './output/files.ts';

type RunView = (results: Results, color: boolean) => string;

const runViews: Record<string, RunView> = {
  terminal: terminalReport,
  json: textOf,
  html: htmlReport,
  junit: junitReport,
  markdown: markdownReport,
};

type RenderDiff = (diff: Diff, color: boolean) => string;

const diffViews: Record<string, RenderDiff> = {
  terminal: diffTerminal,
  json: (diff) => JSON.stringify(diff, null, 2),
  html: htmlDiff,
  markdown: diffMarkdown,
};

/** `automtls report`: prints views of results, schemas and the model's rules. */
export const report: Declare = (context, end) => {
  const command = new Command('report').description('Show and compare results, and print pages of them.');
  addShow(command, context, end);
  addDiff(command, context, end);
  addJudge(command, context, end);
  addRecords(command, context, end);
  addPages(command, context, end);
  return command;
};

const RUN = "a run's folder, such as results/latest, or its results.json";

/** Returns the option that names one of some views. */
function viewOption<Views extends Record<string, unknown>>(views: Views) {
  return new Option('--print <FORMAT>', 'how it is printed').choices(Object.keys(views)).default('terminal');
}

const addShow: AddCommand = (command, { console }) => {
  command
    .command('show')
    .description('one run')
    .argument('<RUN>', RUN)
    .addOption(viewOption(runViews))
    .action(async (run, { print }) => {
      const results = await resultsIn(run, console.cwd);
      console.print((runViews[print] as RunView)(results, console.color).trimEnd());
    });
};

const addDiff: AddCommand = (command, { console }, end) => {
  command
    .command('diff')
    .description(
      'what changed from one run to another. The first is such as from an older release or the night before. A change is explained if a rule begins or ends between the two releases, else unexplained.',
    )
    .argument('<FIRST>', RUN)
    .argument('<SECOND>', 'the later one, likewise')
    .addOption(viewOption(diffViews))
    .addHelpText(
      'after',
      `
Exit codes:
  0 nothing changed, or every change is explained · 1 a change is unexplained · 2 the command line is wrong
  3 not everything could be compared`,
    )
    .action(async (first, second, { print }) => {
      const [a, b] = [await resultsIn(first, console.cwd), await resultsIn(second, console.cwd)];
      if (a.run.id === b.run.id) {
        throw new UsageError(`Both arguments are the run ${a.run.id}: name two different runs.`);
      }
      const diff = compare(a, b);
      console.print((diffViews[print] as RenderDiff)(diff, console.color).trimEnd());
      end(diff.summary.exitCode);
    });
};

const addJudge: AddCommand = (command, { console }, end) => {
  command
    .command('judge')
    .description(
      `judge a run again, and say whether today's judge decides the same. ${RECORD}, which a run leaves beside results.json, has all that its verdicts follow from: answers, counters, certificates, and what was on the mesh.`,
    )
    .argument('<RUN>', `a run's folder, such as results/latest, or its ${RECORD}`)
    .addHelpText(
      'after',
      `
Exit codes:
  0 every verdict is the same, for the same reasons · 1 some are not · 2 the command line is wrong`,
    )
    .action(async (run) => {
      const again = judgedAgain(recordsFrom(await runFile(run, console.cwd, RECORD), run));
      console.print(judgedAgainText(again));
      if (again.turned.length > 0) end(1);
    });
};

const addRecords: AddCommand = (command, context) => {
  const { console } = context;
  command
    .command('records')
    .description('put the records of runs together in one file, as lib/verdict/corpus has them')
    .argument('<RUN...>', `the runs' folders, or their ${RECORD}`)
    .requiredOption('--out <FILE>', 'the file to write', pathFrom(context))
    .action(async (runs, { out }) => {
      const all = await Promise.all(runs.map(async (run) => recordsFrom(await runFile(run, console.cwd, RECORD), run)));
      const records = all.flat();
      await write(out, packed(records));
      const steps = records.flatMap((record) => record.steps).length;
      console.print(`${counted(records.length, 'record')} with ${counted(steps, 'step')} in ${out}`);
    });
};

const addPages: AddCommand = (command, { console, suites, notReachable }) => {
  command
    .command('coverage')
    .description('which rules each release was seen to follow, by runs of the suites rules and rules-mesh-wide')
    .argument('<RUN...>', RUN)
    .action(async (runs) => {
      const all = await Promise.all(runs.map((run) => resultsIn(run, console.cwd)));
      const steps = witnessSteps(suites);
      console.print(`${coverageMarkdown(steps, notReachable, all)}\n\n${gatesMarkdown(steps, all)}`);
    });
  command
    .command('transitions')
    .description('what automtls transitions measured on each release, as docs/transitions.md has it')
    .argument('<DIR...>', 'the folders of transitions.json, or the files')
    .action(async (files) => {
      const all = await Promise.all(
        files.map(async (file) => transitionsFrom(await textIn(file, console.cwd, 'transitions.json'), file)),
      );
      console.print(transitionsMarkdown(all));
    });
  command
    .command('crds')
    .description('schemas/istio.json, from the CRDs of an Istio release')
    .argument('<FILE>', "Istio's crd-all.gen.yaml")
    .action(async (file) => console.print(JSON.stringify(crdSchemas(await textIn(file, console.cwd)), null, 1)));
  command
    .command('schema')
    .description('the JSON Schema of results.json')
    .action(() => console.print(JSON.stringify(resultsJsonSchema(), null, 2)));
  command
    .command('rules')
    .description("the model's rules, as docs/rules.md has them")
    .action(() => console.print(rulesMarkdown()));
  command
    .command('reasons')
    .description('every code of a reason, as docs/reasons.md has them')
    .action(() => console.print(reasonsMarkdown()));
};

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

async function resultsIn(path: string, cwd: string): Promise<Results> {
  return resultsFrom(await textIn(path, cwd), path);
}

async function textIn(path: string, cwd: string, name?: string): Promise<string> {
  return (await runFile(path, cwd, name)).toString('utf8');
}
