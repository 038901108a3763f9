import { nameOf } from '../model/reason.ts';
import type { Release } from '../model/types.ts';
import { idOf, pairsOf } from '../run/pairs.ts';
import type { AskStep, Step, Suite } from '../run/suite.ts';
import { offlineObjects, offlineRelease } from './offline.ts';

/**
 * Returns the suites with their steps, pairs and requirements, as text. Needs no cluster.
 * @param istio the release whose objects are applied; the newest by default
 * @throws UsageError if that is not a release
 */
export function listSuites(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  return suites
    .map((suite) =>
      [titleOf(suite), needsOf(suite), ...suite.steps.map((step) => `  ${stepLine(step, release)}`)].join('\n'),
    )
    .join('\n\n');
}

/** Returns the same as JSON. */
export function listJson(suites: readonly Suite[], istio?: string): string {
  const release = offlineRelease(istio);
  const listed = suites.map((suite) => ({
    name: suite.name,
    title: suite.title,
    about: suite.about,
    meshWide: suite.meshWide ?? false,
    steps: suite.steps.map((step) =>
      step.kind === 'check'
        ? { kind: step.kind, title: step.title, check: step.check }
        : {
            kind: step.kind,
            title: step.title,
            objects: objectsOf(step, release),
            autoMtls: step.autoMtls ?? true,
            cells: pairsOf(step).map(idOf),
          },
    ),
  }));
  return JSON.stringify({ suites: listed }, null, 2);
}

/** Returns the first lines of a suite in a list. */
export function titleOf({ name, title, about }: Suite): string {
  return `${name}: ${title}\n  ${about}`;
}

function needsOf({ meshWide }: Suite): string {
  return meshWide
    ? '  changes the whole mesh: needs a cluster that automtls created, or --mesh-wide'
    : '  changes only its own namespaces';
}

function stepLine(step: Step, release: Release): string {
  if (step.kind === 'check') return `${step.title} (checks the cluster)`;
  const pairs = pairsOf(step);
  const asks = pairs.length === 1 ? pairs.map(idOf).join() : `${pairs.length} pairs`;
  const applied = objectsOf(step, release).join(', ') || 'nothing applied';
  return `${step.title} (${asks}; ${step.autoMtls === false ? 'auto mTLS off, ' : ''}${applied})`;
}

function objectsOf(step: AskStep, release: Release): string[] {
  return offlineObjects(step, release).map(nameOf);
}
