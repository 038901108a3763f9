import { atPort, others, peer, rule } from '../objects.ts';
import { app, full, httpbin, legacy, sleep } from './objects.ts';
import type { Witness } from './witness.ts';

const own = { selector: app };
const fullToFull = { from: sleep.full, to: httpbin.full };

/** How a rule's top level affects endpoints if a port's settings leave TLS to auto mTLS. */
export const marksWitnesses: Witness[] = [
  {
    name: 'port-without-tls',
    says: 'a port’s block without tls goes back to auto mTLS, and the top level’s DISABLE marks the endpoints',
    since: '1.19',
    objects: [rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'DISABLE' } }))],
    ...fullToFull,
    comesTo: 'p',
    by: ['destination-rule.port-without-tls'],
  },
  {
    name: 'port-without-marks',
    says: 'a port’s block without tls goes back to auto mTLS, whatever the top level says',
    until: '1.12',
    objects: [rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'DISABLE' } }))],
    ...fullToFull,
    comesTo: 'm',
    by: ['destination-rule.no-tls'],
  },
  {
    name: 'mutual-mark',
    says: 'an ISTIO_MUTUAL mark adds no sidecar',
    since: '1.12',
    after: [rule(`${legacy}/rule`, 'httpbin', 'ISTIO_MUTUAL')],
    objects: [rule(`${legacy}/rule`, 'httpbin', atPort(others, { tls: { mode: 'ISTIO_MUTUAL' } }))],
    from: sleep.full,
    to: httpbin.legacy,
    comesTo: 'p',
    by: ['auto-mtls.endpoint-without-sidecar'],
  },
  {
    name: 'mutual-mark-keeps',
    says: 'an ISTIO_MUTUAL mark keeps mutual TLS for pods whose own policy is DISABLE',
    since: '1.19',
    objects: [
      peer(`${full}/own`, 'DISABLE', own),
      rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'ISTIO_MUTUAL' } })),
    ],
    ...fullToFull,
    comesTo: '503',
    by: ['destination-rule.port-without-tls'],
  },
  {
    name: 'other-mode-marks',
    says: 'SIMPLE at the top level marks the endpoints, too',
    since: '1.20',
    objects: [rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'SIMPLE' } }))],
    ...fullToFull,
    comesTo: 'p',
    by: ['destination-rule.other-mode-marks'],
  },
  {
    name: 'other-mode-marks-not',
    says: 'SIMPLE at the top level does not mark the endpoints',
    until: '1.20',
    after: [rule(`${full}/rule`, 'httpbin', 'DISABLE')],
    objects: [rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'SIMPLE' } }))],
    ...fullToFull,
    comesTo: 'm',
    by: ['destination-rule.no-tls', 'auto-mtls.endpoint-with-sidecar'],
  },
  {
    name: 'subset-of-endpoint',
    says: 'a subset’s DISABLE marks its pods for every client, whatever subset is asked',
    since: '1.12',
    until: '1.19',
    // A mark does not close connections, so the step before must have others.
    after: [rule(`${full}/rule`, 'httpbin', 'SIMPLE')],
    objects: [
      rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'ISTIO_MUTUAL' } }), {
        subsets: [{ name: 'all', labels: app, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
      }),
    ],
    ...fullToFull,
    comesTo: 'p',
    by: ['destination-rule.subset-of-endpoint'],
  },
  {
    name: 'subset-of-question',
    says: 'a subset’s DISABLE marks its pods only where that subset is asked',
    since: '1.19',
    after: [rule(`${full}/rule`, 'httpbin', 'SIMPLE')],
    objects: [
      rule(`${full}/rule`, 'httpbin', atPort(others, { tls: { mode: 'ISTIO_MUTUAL' } }), {
        subsets: [{ name: 'all', labels: app, trafficPolicy: { tls: { mode: 'DISABLE' } } }],
      }),
    ],
    ...fullToFull,
    comesTo: 'm',
    by: ['destination-rule.port-without-tls'],
  },
];
