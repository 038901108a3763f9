import { UsageError } from '../../errors.ts';
import { nodeImageFor, releaseFor, releases } from '../../istio/index.ts';
import type { NightlyReleases } from '../provider.ts';

/** By default only supported releases: native clusters run the others in less time. */
export const nightly: NightlyReleases = {
  minors: () => releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minor),
  usual: () => releases.filter(({ state }) => state === 'supported').map(({ minor }) => minor),
  job: (istio) => {
    const release = releaseFor(istio);
    const runnable = nightly.minors();
    if (!runnable.includes(release.minor)) {
      throw new UsageError(`No available cluster runs Istio ${istio}: use one of ${runnable.join(', ')}.`);
    }
    const { version, state } = release;
    return { version, node: nodeImageFor(release), required: state === 'supported' };
  },
};
