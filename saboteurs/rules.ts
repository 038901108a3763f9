import type { Saboteur } from '../lib/tools/prove/index.ts';
import { madeByOthers } from './because.ts';
import { from, fullToFull, fullToLegacy, fullToPartial } from './cells.ts';
import { destinationRule } from './objects.ts';
import { permissive, strict } from './steps.ts';

/** DestinationRules that nobody mentioned. */
export const rules: Saboteur[] = [
  {
    name: 'rule-of-the-client',
    title: "a DestinationRule DISABLE for httpbin.full in the client's namespace",
    ...strict,
    when: 'between',
    break: ({ make }) => make(destinationRule('full/stray', 'httpbin.full.svc.cluster.local', 'DISABLE')),
    turns: [
      {
        of: [fullToFull],
        to: 'inconclusive',
        because: madeByOthers('DestinationRule full/stray', { kind: 'unavailable' }),
      },
    ],
  },
  {
    name: 'rule-of-the-service',
    title: "a DestinationRule ISTIO_MUTUAL for httpbin.legacy in the service's namespace",
    ...permissive,
    when: 'between',
    break: ({ make }) => make(destinationRule('legacy/stray', 'httpbin.legacy.svc.cluster.local', 'ISTIO_MUTUAL')),
    turns: [
      {
        of: [fullToLegacy],
        to: 'inconclusive',
        because: madeByOthers('DestinationRule legacy/stray', { kind: 'unavailable' }),
      },
    ],
  },
  {
    name: 'rule-of-the-root',
    title: 'a DestinationRule SIMPLE for httpbin.partial in the root namespace',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(destinationRule('istio-system/stray', 'httpbin.partial.svc.cluster.local', 'SIMPLE')),
    turns: [
      {
        of: [fullToPartial],
        to: 'inconclusive',
        because: madeByOthers('DestinationRule istio-system/stray'),
      },
    ],
  },
  {
    name: 'rule-wildcard',
    title: 'a DestinationRule DISABLE for every host in the root namespace',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(destinationRule('istio-system/stray', '*.svc.cluster.local', 'DISABLE')),
    turns: [
      {
        of: from('sleep.full'),
        to: 'inconclusive',
        because: madeByOthers('DestinationRule istio-system/stray'),
      },
    ],
  },
  {
    name: 'rule-at-start',
    title: 'a DestinationRule DISABLE for every host, there before the run',
    ...permissive,
    when: 'start',
    break: ({ make }) => make(destinationRule('istio-system/stray', '*.svc.cluster.local', 'DISABLE')),
    turns: [
      {
        of: ['start'],
        to: 'refused',
        because: { code: 'rule-matches', objects: ['DestinationRule istio-system/stray'] },
      },
    ],
  },
];
