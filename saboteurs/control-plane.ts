import type { Hands, Saboteur } from '../lib/tools/prove/index.ts';
import { everyPair, fullToFull, fullToPartial, legacyToFull } from './cells.ts';
import { permissive, strict } from './steps.ts';

const istiod = 'istio-system/istiod';

/** Without its webhooks, policies are stored though istiod does not answer. */
async function withoutWebhooks({ removeAll }: Hands): Promise<void> {
  await removeAll('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', /^istio/);
}

/** istiod, and the mesh configuration. */
export const controlPlane: Saboteur[] = [
  {
    name: 'istiod-gone',
    title: 'istiod is gone, and policies are refused',
    ...strict,
    when: 'between',
    break: ({ scale }) => scale(istiod, 0),
    turns: [{ of: everyPair, to: 'inconclusive', because: { code: 'step-failed' } }],
  },
  {
    name: 'istiod-pauses',
    title: 'istiod stands still for 3 s',
    ...strict,
    when: 'between',
    limits: { arrivalMs: 20_000 },
    break: ({ freeze }) => freeze(istiod, { forMs: 3_000 }),
    turns: [],
  },
  {
    name: 'istiod-stands-still',
    title: 'istiod stands still for 25 s, and policies are stored without it',
    ...strict,
    when: 'between',
    break: async (hands) => {
      await withoutWebhooks(hands);
      await hands.freeze(istiod, { forMs: 25_000 });
    },
    turns: [
      {
        of: [legacyToFull],
        to: 'fail',
        because: { code: 'never-arrived', last: { kind: 'plain' } },
      },
    ],
  },
  {
    name: 'auto-mtls-off',
    title: 'somebody switches automatic mutual TLS off during the run',
    ...permissive,
    when: 'between',
    break: ({ setMesh }) => setMesh(['enableAutoMtls'], false),
    turns: [
      {
        of: [fullToFull, fullToPartial],
        to: 'inconclusive',
        because: {
          code: 'mesh-changed',
          object: 'ConfigMap istio-system/istio',
          changes: [{ field: 'enableAutoMtls', is: false }],
        },
      },
    ],
  },
  {
    name: 'auto-mtls-off-at-start',
    title: 'automatic mutual TLS is off before the run',
    ...permissive,
    when: 'start',
    break: ({ setMesh }) => setMesh(['enableAutoMtls'], false),
    turns: [
      {
        of: ['start'],
        to: 'refused',
        because: { code: 'auto-mtls-off' },
      },
    ],
  },
];
