import { engineAnswers } from '../docker.ts';
import type { ClusterProvider } from '../provider.ts';
import { makeKind } from './make.ts';
import { nightly } from './nightly.ts';
import { sweepKind } from './sweep.ts';

/** A cluster of kind for one run, with a published Istio. */
export const kind = {
  name: 'kind',
  istio: 'a minor or a patch that is published, such as 1.31 or 1.31.0',
  flags: {
    'kind-image': { value: 'IMAGE', about: 'the node image of kind, instead of the one that fits the release' },
  },
  auto: {
    when: 'kind where Docker runs',
    // Whoever has a node image in mind wants kind for certain, and so has to name it.
    available: ({ flags }) => flags['kind-image'] === undefined && engineAnswers(),
  },
  action: 'kind makes a cluster for this run and takes it down again',
  nightly,
  acquire: ({ istio, flags }, context) => makeKind(istio, { ...context, image: flags['kind-image'] }),
  sweep: sweepKind,
} satisfies ClusterProvider<'kind-image'>;
