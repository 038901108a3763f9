import { foundSteps, type Suite } from '../lib/scenario/index.ts';

const steps = foundSteps();

export const found: Suite = {
  name: 'found',
  title: 'What fuzz found',
  about: 'Every scenario in which npm run fuzz has seen a mesh and the model disagree, asked again.',
  onlyIfNamed: true,
  meshWide: steps.some(
    ({ autoMtls, objects }) =>
      autoMtls === false || objects.some((one) => typeof one !== 'string' && one.metadata.namespace === 'istio-system'),
  ),
  topology: 'fuzz',
  steps,
};
