import type { Step, Suite } from '../lib/scenario/index.ts';
import { type Mode, peer, rule } from './objects.ts';

// Istio's own serverFirstTestCases (istio/istio tests/integration/pilot), for ports that their Service calls TCP.

/** The rule and the policy of each case, in an order in which each changes what HTTP shows. */
const cases: ['DISABLE' | 'ISTIO_MUTUAL', Mode][] = [
  ['DISABLE', 'DISABLE'],
  ['DISABLE', 'STRICT'],
  ['DISABLE', 'PERMISSIVE'],
  ['ISTIO_MUTUAL', 'PERMISSIVE'],
  ['ISTIO_MUTUAL', 'STRICT'],
  ['ISTIO_MUTUAL', 'DISABLE'],
];

const traffic = ['outside/sleep', 'inside/sleep'].map((from) => ({
  from,
  to: 'inside/echo',
  port: 80,
  protocol: 'http' as const,
}));

/** HTTP shows that the objects have arrived; then the server-first ports are asked. */
const stepsOf = (title: string, objects: Extract<Step, { kind: 'ask' }>['objects']): Step[] => [
  { kind: 'ask', title, objects, traffic },
  { kind: 'check', title: `who gets the server's first bytes: ${title}`, check: 'server-first' },
];

export const serverFirst: Suite = {
  name: 'server-first',
  title: 'TCP where the server speaks first',
  about:
    'A sidecar that takes both plain text and mutual TLS waits for the first bytes of plain text, which never come.',
  onlyIfNamed: true,
  topology: 'ports',
  steps: [
    ...cases.flatMap(([tls, mode]) =>
      stepsOf(`a rule ${tls} to ${mode}`, [peer('inside/default', mode), rule('inside/rule', 'echo', tls)]),
    ),
    ...stepsOf('all removed', []),
  ],
};
