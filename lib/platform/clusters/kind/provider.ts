import { engineAnswers } from '../docker.ts';
import type { ClusterProvider } from '../provider.ts';
import { makeKind } from './make.ts';
import { nightly } from './nightly.ts';
import { sweepKind } from './sweep.ts';

/** A kind cluster for one run, with a published Istio. */
export const kind = {
  name: 'kind',
  istio: 'a published minor or patch, such as 1.31 or 1.31.0',
  flags: {
    'kind-image': { value: 'IMAGE', about: 'the node image for kind (default: one that fits the Istio release)' },
  },
  auto: {
    when: 'kind if Docker is running',
    // `auto` does not choose kind because of its flag: --kind-image needs --cluster kind.
    available: ({ flags }) => flags['kind-image'] === undefined && engineAnswers(),
  },
  action: 'kind creates a cluster for this run and deletes it afterwards',
  nightly,
  acquire: ({ istio, flags }, context) => makeKind(istio, { ...context, image: flags['kind-image'] }),
  sweep: sweepKind,
} satisfies ClusterProvider<'kind-image'>;
