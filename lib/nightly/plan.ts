import { UsageError } from '../errors.ts';
import { type IstioRelease, nodeImageFor, releaseFor, releases } from '../istio/releases.ts';
import type { IstioChoice } from '../istio/source.ts';
import type { Leg, Plan } from './types.ts';

/** What a night can run on. */
export const planClusters = ['kind', 'native'] as const;

/** What native clusters run; each stands for a supported release. */
const snapshots: NonNullable<IstioChoice['snapshot']>[] = ['1.31-dev', '1.30-dev'];

/**
 * Plans a night: a leg for each release, newest first.
 * @param asked minors, patches or snapshots; everything that the cluster can run where it is left out
 * @throws UsageError where one is unknown, or no cluster of today can run it
 */
export function planOf(cluster: Leg['cluster'], asked?: string[]): Plan {
  const legs = { kind: kindLegs, native: nativeLegs }[cluster](asked && [...new Set(asked.map((one) => one.trim()))]);
  return { include: legs.sort((a, b) => b.istio.localeCompare(a.istio, 'en', { numeric: true })) };
}

function kindLegs(asked?: string[]): Leg[] {
  const runnable = releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minor);
  return (asked ?? runnable).map((istio) => {
    const release = releaseFor(istio);
    if (!runnable.includes(release.minor)) {
      throw new UsageError(`No cluster of today runs Istio ${istio}: name some of ${runnable.join(', ')}.`);
    }
    return kindLeg(istio, release);
  });
}

function kindLeg(istio: string, release: IstioRelease): Leg {
  const { version, state } = release;
  return { istio, version, cluster: 'kind', node: nodeImageFor(release), required: state === 'supported' };
}

function nativeLegs(asked?: string[]): Leg[] {
  const unknown = asked?.filter((one) => !snapshots.some((snapshot) => snapshot === one)) ?? [];
  if (unknown.length > 0) {
    throw new UsageError(
      `A native cluster does not run Istio ${unknown.join(', ')}: name some of ${snapshots.join(', ')}, or take --cluster kind.`,
    );
  }
  return (asked ?? snapshots).map((istio) => ({ istio, version: istio, cluster: 'native', node: '', required: true }));
}
