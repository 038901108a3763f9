import { Command } from '@commander-js/extra-typings';
import { nameOf, type Release } from '../model/index.ts';

import { namedTraffic, onRelease, type Scenario, type Step, type Suite, scenarioOf } from '../scenario/index.ts';
import { offlineObjects, offlineRelease } from './options/offline.ts';
import { cellOption, type Declare, jsonOption, releaseOption, suiteOption, suitesOption } from './options/options.ts';
import { select } from './options/select.ts';

/** `automtls list`: prints the suites. */
export const list: Declare = (context) =>
  new Command('list')
    .description('List the suites, their steps, and what they change. Needs no cluster.')
    .addOption(suiteOption('only these suites (default: all)'))
    .addOption(suitesOption(context))
    .addOption(cellOption())
    .addOption(releaseOption())
    .addOption(jsonOption())
    .action(async ({ istio, print, ...asked }) => {
      const all = asked.suites === undefined ? context.suites.map(({ name }) => name) : undefined;
      const { suites: chosen } = await select(context, { ...asked, suite: asked.suite ?? all });
      context.console.print(print === 'json' ? listJson(chosen, istio) : listSuites(chosen, istio));
    });

/**
 * Returns the suites with their steps, pairs and requirements, as text. Needs no cluster.
 * @param istio the release whose objects are applied; the newest by default
 * @throws UsageError if that is not a release
 */
export function listSuites(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  return suites
    .map((suite) => onRelease(suite, release))
    .map((suite) =>
      [titleOf(suite), needsOf(suite), ...suite.steps.map((step) => `  ${stepLine(suite, step, release)}`)].join('\n'),
    )
    .join('\n\n');
}

/** Returns the same as JSON. */
export function listJson(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const listed = suites
    .map((suite) => onRelease(suite, release))
    .map((suite) => ({
      name: suite.name,
      title: suite.title,
      about: suite.about,
      meshWide: suite.meshWide ?? false,
      onlyIfNamed: suite.onlyIfNamed ?? false,
      steps: suite.steps.map((step) =>
        step.kind === 'check'
          ? { kind: step.kind, title: step.title, check: step.check }
          : {
              kind: step.kind,
              title: step.title,
              objects: objectsOf(scenarioOf(suite, step), release),
              autoMtls: step.autoMtls ?? true,
              cells: namesOf(scenarioOf(suite, step)),
            },
      ),
    }));
  return JSON.stringify({ suites: listed }, null, 2);
}

/** Returns the first lines of a suite in a list. */
export function titleOf({ name, title, about }: Suite): string {
  return `${name}: ${title}\n  ${about}`;
}

function needsOf({ meshWide, onlyIfNamed }: Suite): string {
  const changes = meshWide
    ? '  changes the whole mesh: needs a cluster that automtls created, or --mesh-wide'
    : '  changes only its own namespaces';
  return onlyIfNamed ? `${changes}; runs only where --suite names it` : changes;
}

function stepLine(suite: Suite, step: Step, release: Release): string {
  if (step.kind === 'check') return `${step.title} (checks the cluster)`;
  const scenario = scenarioOf(suite, step);
  const names = namesOf(scenario);
  const asks = names.length === 1 ? names.join() : `${names.length} pairs`;
  const applied = objectsOf(scenario, release).join(', ') || 'nothing applied';
  return `${step.title} (${asks}; ${step.autoMtls === false ? 'auto mTLS off, ' : ''}${applied})`;
}

function namesOf({ traffic }: Scenario): string[] {
  return namedTraffic(traffic).map(({ name }) => name);
}

function objectsOf(step: Scenario, release: Release): string[] {
  return offlineObjects(step, release).map(nameOf);
}
