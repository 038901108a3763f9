import type { AskStep, Step, Suite } from '../lib/scenario/index.ts';
import { clientWitnesses } from './rules/client.ts';
import { marksWitnesses } from './rules/marks.ts';
import { meshScopeWitnesses, scopeWitnesses } from './rules/scope.ts';
import { meshWitnesses, serverWitnesses } from './rules/server.ts';
import { servicesWitnesses, subsetsWitnesses } from './rules/services.ts';
import { strangerSteps } from './rules/strangers.ts';
import type { Witness } from './rules/witness.ts';

/** The oldest release asked. Today's clusters do not run earlier ones, and their API differs. */
const OLDEST = '1.10';

/** Returns the steps for a live mesh: one or two for each witness, others, and one that removes everything. */
function stepsOf(witnesses: Witness[], others: Step[] = []): Step[] {
  const asked = witnesses.filter(({ modelOnly }) => !modelOnly).flatMap(stepsFor);
  const traffic = asked.at(-1)?.traffic ?? [];
  return [...asked, ...others, { kind: 'ask', title: 'all removed', objects: [], traffic }];
}

function stepsFor({ name, says, after, ages, objects, by, ...witness }: Witness): AskStep[] {
  const { since = OLDEST, until, autoMtls, from, to, port = 8000, subset } = witness;
  const step = {
    kind: 'ask' as const,
    since,
    ...(ages !== undefined && { ages }),
    ...(until !== undefined && { until }),
    ...(autoMtls !== undefined && { autoMtls }),
    traffic: [{ from, to, port, protocol: 'http' as const, ...(subset !== undefined && { subset }) }],
  };
  return [
    ...(after === undefined ? [] : [{ ...step, title: `${name}, before`, objects: after }]),
    { ...step, title: `${name}: ${says}`, objects, witnesses: by },
  ];
}

export const rules: Suite = {
  name: 'rules',
  title: 'Witnesses of the rules',
  about: 'For every rule of the model the smallest scenario in which it decides, on each side of its release.',
  onlyIfNamed: true,
  topology: 'rules',
  steps: stepsOf(
    [
      ...serverWitnesses,
      ...clientWitnesses,
      ...marksWitnesses,
      ...subsetsWitnesses,
      ...scopeWitnesses,
      ...servicesWitnesses,
    ],
    strangerSteps,
  ),
};

export const rulesMeshWide: Suite = {
  name: 'rules-mesh-wide',
  title: 'Witnesses of the rules of the whole mesh',
  about: 'The same for policies, rules and Sidecars of the root namespace, and without automatic mutual TLS.',
  onlyIfNamed: true,
  meshWide: true,
  topology: 'rules',
  steps: stepsOf([...meshScopeWitnesses, ...meshWitnesses]),
};
