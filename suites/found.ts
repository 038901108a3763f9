import { foundSteps } from '../lib/run/found.ts';
import type { Suite } from '../lib/run/suite.ts';

export const found: Suite = {
  name: 'found',
  title: 'What fuzz found',
  about: 'Every scenario in which npm run fuzz has seen a mesh and the model disagree, asked again.',
  onlyIfNamed: true,
  topology: 'fuzz',
  steps: foundSteps(),
};
