import { isWithin, type KubeObject, nameOf, pathOf, type Release } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import { writtenObjects } from './manifests.ts';
import type { AskStep, Suite } from './suite.ts';
import { type Topology, topologyOfSuite } from './topology.ts';
import type { Traffic } from './traffic.ts';
import { assertStepObject } from './valid-objects.ts';

/** A step with the traffic that it asks. */
export interface Scenario extends AskStep {
  traffic: Traffic[];
}

/**
 * Returns a step of a suite with its traffic: its own or, by default, all traffic of the suite's topology.
 * @throws UsageError if the topology cannot be read
 */
export function scenarioOf(suite: Pick<Suite, 'topology'>, step: AskStep): Scenario {
  return { ...step, traffic: step.traffic ?? topologyOfSuite(suite).traffic };
}

/**
 * Makes sure that the suites can be asked as they are written: that the topology has what is asked, and that what is
 * applied is valid and acts in the run's own namespaces, unless the suite is mesh-wide.
 * @throws UsageError with the suite and its step, if not
 */
export function assertSound(suites: readonly Suite[]): void {
  for (const suite of suites) {
    const there = topologyOfSuite(suite);
    if (there.clients.size === 0) {
      throw new UsageError(
        `Topology ${there.name} of suite ${suite.name} has no client, so nothing can be asked: give one of its Deployments a container of the image curlimages/curl, such as docker.io/curlimages/curl:8.16.0.`,
      );
    }
    for (const step of scenariosOf(suite)) {
      const where = `suite ${suite.name}, step "${step.title}"`;
      assertTraffic(step, there, where);
      for (const { object, file } of writtenObjects(step.objects)) {
        const place = file === undefined ? where : `manifests/${file} (${where})`;
        assertStepObject(object, place);
        assertPlace(object, { suite, there, place });
      }
    }
  }
}

function assertTraffic({ traffic }: Scenario, { name, clients, objects }: Topology, where: string): void {
  if (traffic.length === 0) throw new UsageError(`${where} asks nothing: topology ${name} has no Service with a port.`);
  const services = objects.filter(({ kind }) => kind === 'Service').map(pathOf);
  for (const { from, to } of traffic) {
    if (!clients.has(from)) {
      throw new UsageError(
        `${where}: ${from} is no client of topology ${name}; it has ${[...clients.keys()].join(', ')}.`,
      );
    }
    if (!services.includes(to)) {
      throw new UsageError(`${where}: ${to} is no Service of topology ${name}; it has ${services.join(', ')}.`);
    }
  }
}

function assertPlace(
  object: KubeObject,
  { suite, there, place }: { suite: Suite; there: Topology; place: string },
): void {
  const { namespace } = object.metadata;
  if (suite.meshWide || there.namespaces.includes(namespace ?? '')) return;
  throw new UsageError(
    `${place}: ${nameOf(object)} is in no namespace of topology ${there.name} (${there.namespaces.join(', ')}), so it would act on others: name one of these or, if it shall act on the whole mesh, give the suite meshWide: true.`,
  );
}

/** Returns the scenarios of a suite, in order. */
export function scenariosOf(suite: Suite): Scenario[] {
  return suite.steps.flatMap((step) => (step.kind === 'ask' ? [scenarioOf(suite, step)] : []));
}

/** Returns a suite in which every step that asks names its traffic, and every check its topology. */
export function withTraffic(suite: Suite): Suite {
  const { steps } = suite;
  const { name } = topologyOfSuite(suite);
  return {
    ...suite,
    steps: steps.map((step) => (step.kind === 'ask' ? scenarioOf(suite, step) : { ...step, topology: name })),
  };
}

/**
 * Makes sure that a run looks at the mesh: the checks of `setup` and `cleanup` alone say nothing about it.
 * @throws UsageError if it does not
 */
export function assertAsks(suites: readonly Suite[]): void {
  const isFrame = ({ name }: Suite): boolean => name === 'setup' || name === 'cleanup';
  if (suites.some((suite) => suite.steps.some(({ kind }) => kind === 'ask' || !isFrame(suite)))) return;
  const names = suites.map(({ name }) => name).join(', ');
  throw new UsageError(
    `No step of ${names} asks anything of the mesh, so a run would say nothing about it: name another suite as well, such as --suite setup, in which every pair answers, or leave --suite out.`,
  );
}

/** Returns the kinds of what the suite's steps apply, not counting objects in files. */
export function kindsOf({ steps }: Suite): string[] {
  const objects = steps.flatMap((step) => (step.kind === 'ask' ? step.objects : []));
  return objects.flatMap((object) => (typeof object === 'string' ? [] : [object.kind]));
}

/** Returns whether a check of the suite needs strangers and impostors. */
export function needsStrangers({ steps }: Suite): boolean {
  return steps.some((step) => step.kind === 'check' && ['strangers', 'impostors'].includes(step.check));
}

/** Returns a suite without the steps that do not apply to a release. */
export function onRelease(suite: Suite, release: Release): Suite {
  return { ...suite, steps: suite.steps.filter((step) => step.kind === 'check' || isWithin(release, step)) };
}

/** Returns the topologies of the suites with steps that ask, or of all suites if none has any. */
export function topologiesOf(suites: readonly Suite[]): Topology[] {
  const asking = suites.filter(({ steps }) => steps.some(({ kind }) => kind === 'ask'));
  return [...new Set((asking.length > 0 ? asking : suites).map(topologyOfSuite))];
}
