import { hasSidecar, nameOf, workloadName } from '../../../model/index.ts';
import { usual } from '../../pairs/answers.ts';
import { type Answered, cites, listed, pairsOf } from '../context.ts';
import type { Check, CheckGroup } from '../finding.ts';

/** Rules by which auto mTLS sends plain text, since a PeerAuthentication says DISABLE. */
const disabled = ['auto-mtls.disabled-scope', 'auto-mtls.endpoint-disabled'];

const switchedOff: Check = {
  code: 'plain-text-between-sidecars',
  severity: 'warning',
  meaning: 'A DISABLE makes clients with a sidecar send plain text to pods that have one, too.',
  remedy:
    'Leave `tls` out of the DestinationRule, or set PERMISSIVE in place of DISABLE; accept it if plain text is meant.',
  find: ({ answered }) => {
    const byCause = Map.groupBy(
      answered.filter((one) => plainSidecars(one).length > 0),
      ({ answer }) => causeOf(answer),
    );
    return [...byCause].flatMap(([name, all]) => {
      if (name === undefined) return [];
      const servers = all.flatMap(plainSidecars);
      const reason = `It makes requests between sidecars plain text, to ${listed(servers)}.`;
      return [{ subject: { name }, reason, pairs: pairsOf(all) }];
    });
  },
};

/** Returns the workloads with a sidecar that answer a client with one in plain text. */
function plainSidecars({ sort, server, answer }: Answered): string[] {
  if (!hasSidecar(sort.workload)) return [];
  const plain = new Set(
    usual(answer)
      .filter(({ outcome }) => outcome.kind === 'plain')
      .flatMap(({ endpoints }) => endpoints),
  );
  const serving = server.endpoints.filter(({ workload }) => hasSidecar(workload)).map(({ workload }) => workload);
  return [...new Set(serving.map(workloadName))].filter((name) => plain.has(name));
}

/** Returns the object that switches mutual TLS off. A credential that is not used has a finding of its own. */
function causeOf(answer: Answered['answer']): string | undefined {
  if (cites(answer, ['destination-rule.credential-unused'])) return undefined;
  const { reasons } = answer;
  const rule = reasons.find((one) => one.rule === 'destination-rule.tls');
  if (rule !== undefined) return rule.object;
  if (!cites(answer, disabled)) return undefined;
  return reasons.find(({ object = '' }) => /^(PeerAuthentication|Policy|MeshPolicy) /.test(object))?.object;
}

const exposed: Check = {
  code: 'exposed-service-under-strict',
  severity: 'warning',
  meaning:
    'A Service is a LoadBalancer, a NodePort or behind an Ingress, and its pods take mutual TLS alone: clients from outside are refused, and so is what serves the Ingress if it has no sidecar.',
  remedy:
    'Let them in through a gateway of the mesh, or set PERMISSIVE for the port; or make the Service a ClusterIP. Accept it if what serves the Ingress has a sidecar.',
  find: ({ answered }) => {
    const refused = answered.filter(
      ({ server, answer, clients }) =>
        server.exposed !== undefined &&
        clients.some(({ outsider }) => outsider) &&
        cites(answer, ['result.plain-text-reset', 'result.plain-text-refused']),
    );
    return [...Map.groupBy(refused, ({ server }) => nameOf(server.service))].map(([name, all]) => ({
      subject: { name },
      reason: `It is ${all[0]?.server.exposed}, and plain text from outside of the mesh is refused at ${listed(all.map(({ server }) => `port ${server.port}`))}.`,
      pairs: pairsOf(all).filter(({ client }) => client.outsider),
    }));
  },
};

export const plainText: CheckGroup = { title: 'Plain text', checks: [switchedOff, exposed] };
