import { builtReleaseFor, builtReleases } from '../../istio/index.ts';
import type { NightlyReleases } from '../provider.ts';

const minors = () => builtReleases().map(({ minor }) => minor);

/** Every minor that can be built. */
export const nightly: NightlyReleases = {
  minors,
  usual: minors,
  job: (istio) => {
    const { module, state } = builtReleaseFor(istio);
    return { version: module.version, node: '', required: state === 'supported' };
  },
};
