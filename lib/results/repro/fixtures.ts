import { suites } from '../../../suites/index.ts';
import { offlineMesh } from '../../cli/options/offline.ts';
import { parseRelease } from '../../model/world/release.ts';
import { onRelease, type Scenario, scenariosOf } from '../../scenario/scenario.ts';
import { type Topology, topologyOfSuite } from '../../scenario/topology.ts';
import { idOf, type Traffic } from '../../scenario/traffic.ts';
import { type Reproduction, reproductionOf } from './reproduction.ts';

/** Scripts of the suites, for unit tests. */

/** Returns every pair of every step of every suite on a release, unless the step switches automatic mutual TLS off. */
export function pairsOn(release: string): { suite: string; topology: Topology; step: Scenario; traffic: Traffic }[] {
  return suites
    .map((suite) => onRelease(suite, parseRelease(release)))
    .flatMap((suite) =>
      scenariosOf(suite)
        .filter(({ autoMtls }) => autoMtls !== false)
        .flatMap((step) =>
          step.traffic.map((traffic) => ({ suite: suite.name, topology: topologyOfSuite(suite), step, traffic })),
        ),
    );
}

/** Returns what reproduces a pair of a suite's step, which begins with a title. */
export function reproductionIn(suite: string, title: string, pair: string, release = '1.31'): Reproduction {
  const found = pairsOn(release).find(
    (one) => one.suite === suite && one.step.title.startsWith(title) && idOf(one.traffic) === pair,
  );
  if (found === undefined) throw new Error(`no step "${title}" of ${suite} asks ${pair}`);
  return reproductionOf(found, offlineMesh(parseRelease(release)));
}
