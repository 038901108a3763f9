import type { Saboteur } from '../lib/tools/prove/index.ts';
import { noneSent, wrong } from './because.ts';
import { pastSidecarFrom, resetOnceAsked } from './packets.ts';

/** Returns a template whose pods' sidecars let some ports pass, from outside or from inside the pod. */
const past = (which: 'Inbound' | 'Outbound', ports: string) => ({
  metadata: { annotations: { [`traffic.sidecar.istio.io/exclude${which}Ports`]: ports } },
});
const to = (client: string, ...servers: string[]): string[] => servers.map((server) => `${client} → ${server}`);

/** What automtls says of other protocols than HTTP, of ports that no Service has, of probes and of AuthorizationPolicies. */
export const beyondHttp: Saboteur[] = [
  {
    name: 'protocols-past-sidecar',
    title: 'sleep.meshed sends gRPC, TCP and HTTPS past its sidecar',
    suite: 'protocols',
    step: 'no policy',
    when: 'between',
    break: ({ redeploy }) => redeploy('meshed/sleep', past('Outbound', '70,90,443')),
    turns: [
      {
        of: to('sleep.meshed', 'grpc://echo.meshed:70'),
        to: 'fail',
        because: wrong({ kind: 'plain' }),
      },
      {
        of: to('sleep.meshed', 'grpc://echo.mixed:70'),
        to: 'fail',
        because: wrong({ kind: 'plain', strayed: 'mixed/echo-v1' }),
      },
      {
        of: to(
          'sleep.meshed',
          'tcp://echo.meshed:90',
          'https://echo.meshed:443',
          'tcp://echo.mixed:90',
          'https://echo.mixed:443',
        ),
        to: 'fail',
        because: noneSent,
      },
      {
        of: to('sleep.meshed', 'tcp://echo.bare:90', 'https://echo.bare:443', 'grpc://echo.bare:70'),
        to: 'fail',
        because: noneSent,
      },
    ],
  },
  {
    name: 'tcp-unenforced',
    title: 'TCP to echo.meshed is led past its sidecar, so nothing enforces STRICT',
    suite: 'protocols',
    step: 'STRICT',
    when: 'between',
    break: ({ redeploy }) => redeploy('meshed/echo', past('Inbound', '8090')),
    turns: [
      {
        of: to('sleep.bare', 'tcp://echo.meshed:90'),
        to: 'fail',
        because: { code: 'never-arrived', last: { kind: 'answered', workload: 'meshed/echo' } },
      },
      {
        of: to('sleep.meshed', 'tcp://echo.meshed:90'),
        to: 'fail',
        because: wrong({ kind: 'refused' }),
      },
    ],
  },
  {
    name: 'protocols-refused-but-done',
    title: 'HTTP, TCP and gRPC reach echo.meshed past its sidecar, and their connections are reset only after that',
    suite: 'protocols',
    step: 'STRICT',
    when: 'between',
    // Each refusal takes a retransmission.
    sensitivity: { share: 0.3, chance: 0.01 },
    limits: { sampleMs: 30_000 },
    break: async ({ addressOf, firewall }) => {
      const source = await addressOf('bare/sleep');
      const rulesOf = (port: string) => [pastSidecarFrom(source, port), ...resetOnceAsked(source, port)];
      await firewall('meshed/echo', ...['8080', '8090', '7070'].flatMap(rulesOf));
    },
    turns: [
      {
        of: to('sleep.bare', 'http://echo.meshed:80', 'tcp://echo.meshed:90', 'grpc://echo.meshed:70'),
        to: 'fail',
        because: { code: 'refused-but-done' },
      },
    ],
  },
  {
    name: 'deny-unenforced',
    title: 'all that echo.meshed takes is led past its sidecar, so nothing denies plain text',
    suite: 'deny-plain-text',
    step: 'a client without a sidecar',
    when: 'between',
    break: ({ redeploy }) => redeploy('meshed/echo', past('Inbound', '8080,8090,8443')),
    turns: [
      { of: to('sleep.bare', 'http://echo.meshed:80'), to: 'fail', because: wrong({ kind: 'plain' }) },
      {
        of: to('sleep.bare', 'tcp://echo.meshed:90', 'https://echo.meshed:443'),
        to: 'fail',
        because: wrong({ kind: 'answered', workload: 'meshed/echo' }),
      },
    ],
  },
  {
    name: 'undeclared-port-unenforced',
    title: 'a port that no Service has is led past the sidecar, so nothing enforces STRICT',
    suite: 'pass-through',
    step: 'the one port: STRICT',
    when: 'between',
    break: ({ redeploy }) => redeploy('inside/echo', past('Inbound', '8091')),
    turns: [
      {
        of: to('sleep.outside', 'direct.inside'),
        to: 'fail',
        because: wrong({ kind: 'answered', workload: 'inside/echo' }),
      },
      { of: to('sleep.inside', 'direct.inside'), to: 'fail', because: wrong({ kind: 'refused' }) },
    ],
  },
  {
    name: 'server-first-detected',
    title: 'sidecars wait no longer than 100 ms for the first bytes of a client',
    suite: 'server-first',
    step: 'a rule DISABLE to PERMISSIVE',
    when: 'set-up',
    break: ({ setMesh }) => setMesh(['protocolDetectionTimeout'], '100ms'),
    turns: [
      {
        of: ['server-first'],
        to: 'fail',
        because: {
          code: 'greeting-otherwise',
          pair: 'sleep.outside → echo.inside',
          came: '30 × greeted',
          expected: 'silent',
        },
      },
    ],
  },
  {
    name: 'probes-not-rewritten',
    title: "the sidecar's agent does not answer the kubelet's probes for the server that asks for it",
    suite: 'probes',
    step: 'STRICT',
    when: 'between',
    break: ({ redeploy }) =>
      redeploy('probed/rewritten', {
        metadata: { annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' } },
      }),
    turns: [
      {
        of: ['probes'],
        to: 'fail',
        because: { code: 'probe-otherwise', container: 'http', workload: 'probed/rewritten' },
      },
    ],
  },
];
