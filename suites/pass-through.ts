import type { AskStep, Suite } from '../lib/scenario/index.ts';
import { type Mode, peer, rule } from './objects.ts';

// Istio's own TestPassThroughFilterChain (istio/istio tests/integration/security/pass_through_filter_chain_test.go): what
// a sidecar does on ports of its pod that are in no Service. It sends mutual TLS there by a ServiceEntry with the pods'
// addresses, as TCP. Here a headless Service does that, whose ports are not those that it declares for the pods.

/** The ports: one with a mode of its own in some policies, and another. */
const ports = { own: 8091, other: 8092 };

/** The policies of Istio's test, in an order in which each changes the mode of either port. */
const policies: { mode: Mode; own?: Mode }[] = [
  { mode: 'DISABLE' },
  { mode: 'STRICT' },
  { mode: 'PERMISSIVE' },
  { mode: 'DISABLE', own: 'STRICT' },
  { mode: 'STRICT', own: 'DISABLE' },
  { mode: 'PERMISSIVE', own: 'STRICT' },
  { mode: 'STRICT', own: 'PERMISSIVE' },
  { mode: 'PERMISSIVE', own: 'DISABLE' },
  { mode: 'DISABLE', own: 'PERMISSIVE' },
];

const policyOf = ({ mode, own }: (typeof policies)[number]) =>
  own === undefined
    ? peer('inside/default', mode)
    : peer('inside/own', mode, { selector: { app: 'echo' }, ports: { [ports.own]: own } });

/**
 * Returns the steps that ask one of the ports. Each is asked by itself: a sidecar counts the bytes of all ports together,
 * so that what one port refuses would blur the evidence of mutual TLS on the other.
 */
function stepsAt(port: keyof typeof ports): AskStep[] {
  const traffic = ['outside/sleep', 'inside/sleep'].map((from) => ({
    from,
    to: 'inside/direct',
    port: ports[port],
    protocol: 'tcp' as const,
  }));
  return policies.map((policy) => {
    const { mode, own } = policy;
    const title = own === undefined ? `${mode}` : `${mode}, but ${own} for one port`;
    const objects = [policyOf(policy), rule('inside/direct', 'direct', 'ISTIO_MUTUAL')];
    return { kind: 'ask', title: `${port === 'own' ? 'the one port' : 'another port'}: ${title}`, objects, traffic };
  });
}

export const passThroughPorts: Suite = {
  name: 'pass-through',
  title: 'Ports that are in no Service',
  about: 'Plain text and mutual TLS to ports of a pod that no Service declares, one of them with a mode of its own.',
  onlyIfNamed: true,
  topology: 'ports',
  steps: [
    ...stepsAt('own'),
    { kind: 'ask', title: 'all removed in between', objects: [] },
    ...stepsAt('other'),
    { kind: 'ask', title: 'all removed', objects: [] },
  ],
};
