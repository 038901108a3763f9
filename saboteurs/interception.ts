import type { Saboteur } from '../lib/tools/prove/index.ts';
import { legacyToFull } from './cells.ts';

/** What automtls says of ways to lead a pod's traffic to its sidecar. */
export const interception: Saboteur[] = [
  {
    name: 'tproxy',
    title: 'TPROXY leads to the sidecar of httpbin.full, but not from ports that were refused a moment ago',
    suite: 'same-port',
    step: 'STRICT',
    when: 'between',
    break: ({ redeploy }) =>
      redeploy('full/httpbin', { metadata: { annotations: { 'sidecar.istio.io/interceptionMode': 'TPROXY' } } }),
    pairs: [legacyToFull],
    turns: [
      {
        of: ['same-port'],
        to: 'fail',
        because: { code: 'same-port-answered', pair: 'sleep.legacy → httpbin.full' },
      },
    ],
  },
];
