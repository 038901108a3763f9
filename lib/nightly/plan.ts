import { UsageError } from '../errors.ts';
import {
  builtReleaseFor,
  builtReleases,
  type IstioRelease,
  nodeImageFor,
  releaseFor,
  releases,
} from '../istio/releases.ts';
import type { NightlyJob, Plan } from './types.ts';

/** The clusters that a night can use. */
export const planClusters = ['kind', 'native'] as const;

/**
 * Plans a night: a job for each release, newest first.
 * @param asked minors, patches or (native) snapshots; by default the supported releases on kind, and all minors on native
 * @throws UsageError if one is unknown or no available cluster can run it
 */
export function planOf(cluster: NightlyJob['cluster'], asked?: string[]): Plan {
  const jobs = { kind: kindJobs, native: nativeJobs }[cluster](asked && [...new Set(asked.map((one) => one.trim()))]);
  return { include: jobs.sort((a, b) => b.istio.localeCompare(a.istio, 'en', { numeric: true })) };
}

/** Returns the minors that a cluster can run, newest first. */
export function minorsOn(cluster: NightlyJob['cluster']): string[] {
  if (cluster === 'native') return builtReleases().map(({ minor }) => minor);
  return releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minor);
}

/** By default only supported releases: native clusters run the others in less time. */
function kindJobs(asked?: string[]): NightlyJob[] {
  const runnable = minorsOn('kind');
  const supported = releases.filter(({ state }) => state === 'supported').map(({ minor }) => minor);
  return (asked ?? supported).map((istio) => {
    const release = releaseFor(istio);
    if (!runnable.includes(release.minor)) {
      throw new UsageError(`No available cluster runs Istio ${istio}: use one of ${runnable.join(', ')}.`);
    }
    return kindJob(istio, release);
  });
}

function kindJob(istio: string, release: IstioRelease): NightlyJob {
  const { version, state } = release;
  return { istio, version, cluster: 'kind', node: nodeImageFor(release), required: state === 'supported' };
}

function nativeJobs(asked?: string[]): NightlyJob[] {
  return (asked ?? minorsOn('native')).map((istio) => {
    const { module, state } = builtReleaseFor(istio);
    return { istio, version: module.version, cluster: 'native', node: '', required: state === 'supported' };
  });
}
