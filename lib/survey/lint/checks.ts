import type { Check, CheckGroup } from './finding.ts';
import { authorization } from './findings/authorization.ts';
import { destinationRules } from './findings/destination-rules.ts';
import { namespaces } from './findings/namespaces.ts';
import { peerAuthentications } from './findings/peer-authentications.ts';
import { plainText } from './findings/plain-text.ts';
import { refusedRequests } from './findings/refused.ts';
import { selectors } from './findings/selectors.ts';
import { sidecars } from './findings/sidecars.ts';
import { subsets } from './findings/subsets.ts';
import { workloads } from './findings/workloads.ts';

/** Everything that `automtls lint` looks for, by subject. */
export const checkGroups: readonly CheckGroup[] = [
  refusedRequests,
  plainText,
  peerAuthentications,
  destinationRules,
  subsets,
  selectors,
  authorization,
  sidecars,
  workloads,
  namespaces,
];

export const checks: readonly Check[] = checkGroups.flatMap((group) =>
  group.checks.map((check) => ({ ...check, needs: [...(group.needs ?? []), ...(check.needs ?? [])] })),
);
