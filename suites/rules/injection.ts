import type { InjectorSettings, KubeObject } from '../../lib/model/index.ts';
import { peer } from '../objects.ts';
import { full } from './objects.ts';
import type { Witness } from './witness.ts';

const labels = { app: 'chosen' };
const spec = { containers: [{ name: 'main', ports: [{ containerPort: 8080 }] }] };

/** Pods that say nothing of a sidecar, and their Service. */
const deployed = [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'chosen', namespace: full },
    spec: { template: { metadata: { labels }, spec } },
  } as KubeObject,
];

const as = (
  settings: InjectorSettings,
): Pick<Witness, 'deployed' | 'injection' | 'objects' | 'from' | 'to' | 'modelOnly'> => ({
  deployed,
  injection: { tags: new Map(), settings: new Map([['default', settings]]) },
  objects: [peer(`${full}/wide`, 'STRICT')],
  from: `${full}/chosen`,
  to: `${full}/httpbin`,
  modelOnly: true,
});

/** What the injector's own settings say of pods that say nothing themselves. */
export const injectionWitnesses: Witness[] = [
  {
    name: 'never-selected',
    says: 'neverInjectSelector comes before alwaysInjectSelector',
    ...as({ neverInjectSelector: [{ matchLabels: labels }], alwaysInjectSelector: [{ matchLabels: labels }] }),
    comesTo: '56',
    by: ['sidecar.never-selected'],
  },
  {
    name: 'always-selected',
    says: 'alwaysInjectSelector gives a sidecar where the policy gives none',
    ...as({ policy: 'disabled', alwaysInjectSelector: [{ matchLabels: labels }] }),
    comesTo: 'm',
    by: ['sidecar.always-selected'],
  },
  {
    name: 'injection-disabled',
    says: 'policy: disabled gives a sidecar to nobody who does not ask for one',
    ...as({ policy: 'disabled' }),
    comesTo: '56',
    by: ['sidecar.injection-disabled'],
  },
];
