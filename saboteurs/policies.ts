import type { Saboteur } from '../lib/tools/prove/index.ts';
import { madeByOthers } from './because.ts';
import { to } from './cells.ts';
import { peerAuthentication } from './objects.ts';
import { permissive, strict } from './steps.ts';

const selector = { matchLabels: { app: 'httpbin' } };

/** PeerAuthentications that nobody mentioned. No pair that one of them decides is a pass, even if the answers fit. */
export const policies: Saboteur[] = [
  {
    name: 'older-policy',
    title: 'a second, older PeerAuthentication for httpbin.full, PERMISSIVE, which takes precedence over STRICT',
    ...strict,
    when: 'between',
    break: ({ make }) => make(peerAuthentication('full/aaa', { selector, mtls: { mode: 'PERMISSIVE' } })),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: madeByOthers('PeerAuthentication full/aaa'),
      },
    ],
  },
  {
    name: 'namespace-policy',
    title: 'a PeerAuthentication DISABLE for the whole namespace full',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(peerAuthentication('full/default', { mtls: { mode: 'DISABLE' } })),
    turns: [
      {
        of: to('httpbin.full'),
        to: 'inconclusive',
        because: madeByOthers('PeerAuthentication full/default'),
      },
    ],
  },
  {
    name: 'mesh-wide-policy',
    title: 'a PeerAuthentication STRICT for the whole mesh, made during the run',
    ...permissive,
    when: 'between',
    break: ({ make }) => make(peerAuthentication('istio-system/default', { mtls: { mode: 'STRICT' } })),
    turns: [
      {
        of: [...to('httpbin.full'), ...to('httpbin.partial')],
        to: 'inconclusive',
        because: madeByOthers('PeerAuthentication istio-system/default'),
      },
    ],
  },
  {
    name: 'mesh-wide-policy-at-start',
    title: 'a PeerAuthentication STRICT for the whole mesh, there before the run',
    ...permissive,
    when: 'start',
    break: ({ make }) => make(peerAuthentication('istio-system/default', { mtls: { mode: 'STRICT' } })),
    turns: [
      {
        of: ['start'],
        to: 'refused',
        because: { code: 'not-permissive', objects: ['PeerAuthentication istio-system/default'] },
      },
    ],
  },
];
