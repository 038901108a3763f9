import { UsageError } from '../../errors.ts';
import { nodeImageFor, releaseFor, releases } from '../../istio/releases.ts';
import type { NightlyReleases } from '../provider.ts';

/** Istio's own proxies are worth a cluster for what is supported; all others natives run, in less time. */
export const nightly: NightlyReleases = {
  minors: () => releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minor),
  usual: () => releases.filter(({ state }) => state === 'supported').map(({ minor }) => minor),
  job: (istio) => {
    const release = releaseFor(istio);
    const runnable = nightly.minors();
    if (!runnable.includes(release.minor)) {
      throw new UsageError(`No cluster of today runs Istio ${istio}: name some of ${runnable.join(', ')}.`);
    }
    const { version, state } = release;
    return { version, node: nodeImageFor(release), required: state === 'supported' };
  },
};
