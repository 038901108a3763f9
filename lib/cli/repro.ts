import { Command } from '@commander-js/extra-typings';
import { formatRelease, type Release } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';

import { reproductionOf, scriptOf } from '../results/repro/index.ts';
import {
  idOf,
  namedTraffic,
  onRelease,
  type Scenario,
  type Suite,
  scenariosOf,
  type Traffic,
  topologyOfSuite,
} from '../scenario/index.ts';
import { offlineMesh, offlineRelease } from './options/offline.ts';
import { cellOption, type Declare, releaseOption, suiteOption, suitesOption } from './options/options.ts';
import { guess, select } from './options/select.ts';

/** `automtls repro`: prints a script that reproduces a cell. */
export const repro: Declare = (context) =>
  new Command('repro')
    .description(
      'Print a script that reproduces one cell with kubectl. The script creates what the pair needs, asks it, and removes everything. Needs no cluster.',
    )
    .addOption(cellOption().makeOptionMandatory())
    .addOption(suiteOption('the suites to look for it (default: those of the task)'))
    .addOption(suitesOption(context))
    .option('--step <TITLE>', 'the step, or the beginning of its title, if several steps have the cell')
    .addOption(releaseOption())
    .addHelpText(
      'after',
      `
Example:
  automtls repro --suite strict --cell 'legacy/sleep>full/httpbin' > repro.sh`,
    )
    .action(async ({ step, istio, ...asked }) => {
      const { suites: chosen } = await select(context, asked);
      context.console.print(reproOffline(chosen, { title: step, istio }).trimEnd());
    });

interface Candidate {
  suite: Suite;
  step: Scenario;
}

/**
 * Returns a shell script that reproduces one cell from nothing. Needs no cluster.
 * @param suites the suites, with only the cell that `--cell` names
 * @param title the step's title, or its beginning; if several steps have the cell, by default the only one that applies
 * something
 * @param istio the release whose rules apply; the newest by default
 * @throws UsageError if it is not one cell of one step, or no script can do what the step does
 */
export function reproOffline(
  suites: readonly Suite[],
  { title, istio }: { title?: string | undefined; istio?: string | undefined },
): string {
  const release = offlineRelease(istio);
  const { suite, step } = oneStep(suites, release, title);
  const traffic = oneCell(step);
  const reproduction = reproductionOf({ topology: topologyOfSuite(suite), step, traffic }, offlineMesh(release));
  return scriptOf({ suite: suite.name, step: step.title, pair: idOf(traffic) }, reproduction);
}

function oneStep(suites: readonly Suite[], release: Release, title: string | undefined): Candidate {
  const all = suites
    .map((suite) => onRelease(suite, release))
    .flatMap((suite) => scenariosOf(suite).map((step): Candidate => ({ suite, step })));
  const found = title === undefined ? all : entitled(all, title);
  const applying = found.filter(({ step }) => step.objects.length > 0 || step.autoMtls === false);
  const [only, ...more] = found.length > 1 && applying.length > 0 ? applying : found;
  if (only === undefined) {
    const titles = all.map(({ step }) => step.title);
    const there = titles.length === 0 ? 'there is none' : titles.map((one) => `"${one}"`).join(', ');
    const which = title === undefined ? 'No step' : `No step "${title}"${guess(title, titles)}`;
    throw new UsageError(`${which} has this cell on Istio ${formatRelease(release)}. Steps that have it: ${there}.`);
  }
  if (more.length > 0) {
    const names = [only, ...more].map((one) => `--suite ${one.suite.name} --step "${one.step.title}"`);
    throw new UsageError(`Several steps have this cell, but a script is for one. Name it:\n  ${names.join('\n  ')}`);
  }
  return only;
}

/** Returns the steps of this title or, if there is none, those whose titles begin like this. */
function entitled(all: Candidate[], title: string): Candidate[] {
  const exact = all.filter(({ step }) => step.title === title);
  return exact.length > 0 ? exact : all.filter(({ step }) => step.title.startsWith(title));
}

function oneCell({ title, traffic }: Scenario): Traffic {
  const [only, ...more] = traffic;
  if (only !== undefined && more.length === 0) return only;
  const cells = namedTraffic(traffic).map(({ name }) => `  --cell "${name}"`);
  throw new UsageError(
    `The step "${title}" has several such cells, but a script is for one. Name it:\n${cells.join('\n')}`,
  );
}
