import type { Run, Strangers } from '../../mesh/index.ts';
import { hasSidecar, type Impostor, receptionOfImpostor, type World } from '../../model/index.ts';
import { waitFor } from '../../platform/wait.ts';
import { type ProbeClient, variationsOf } from '../../probe/index.ts';
import { placed, type Topology } from '../../scenario/index.ts';
import {
  type CameOfImpostor,
  countedReplies,
  type ImpostorCounts,
  type ImpostorRow,
  type TriedRow,
} from '../../verdict/index.ts';
import { askAll, plainRequest, type Request } from './ask.ts';
import { answeringPorts, needsAuthority, SERVICE_PORT } from './kinds.ts';
import { type MeshClient, namesRows } from './names.ts';
import { impostorHost } from './objects.ts';
import { clientsOf } from './ready.ts';
import { seenByImpostors } from './seen.ts';
import type { AskedServers } from './servers.ts';

const impostors = Object.keys(answeringPorts) as Impostor[];

const names: Record<Impostor, string> = {
  'self-signed': 'an impostor with a self-signed certificate',
  'other-authority': 'an impostor with a certificate of another authority',
  'other-identity': "an impostor with another account's certificate",
  named: 'a server with the right certificate',
};

/**
 * Lets every client of some topologies that has a sidecar ask every impostor, and reads which names its sidecar accepts of the
 * servers.
 */
export async function askImpostors(
  run: Run,
  world: World,
  strangers: Strangers,
  { topologies }: AskedServers,
): Promise<TriedRow[]> {
  const { outsider } = await clientsOf(run, strangers);
  const clients = meshedClients(run, topologies);
  const [asked, ...accepted] = await Promise.all([
    typeof outsider === 'string'
      ? crossed(clients, impostors).map((pair) => rowOf(pair, { notAsked: `there were no impostors: ${outsider}` }))
      : askedRows(run, strangers, clients, outsider),
    ...clients.map((client) => namesRows(run, world, client)),
  ]);
  return [...asked, ...accepted.flat()];
}

function meshedClients({ topology, namespaces, probeClients }: Run, topologies: Topology[]): MeshClient[] {
  return topologies
    .flatMap(({ clients }) => [...clients.keys()])
    .filter((path) => {
      const { namespace, name } = placed(path, namespaces);
      return topology.workloads.some((one) => one.namespace === namespace && one.name === name && hasSidecar(one));
    })
    .map((path) => {
      const probeClient = probeClients.get(path);
      if (probeClient === undefined) throw new Error(`no probe client for ${path}`);
      return { path, name: path.split('/').toReversed().join('.'), probeClient };
    });
}

interface ImpostorPair {
  client: MeshClient;
  impostor: Impostor;
}

function crossed(clients: MeshClient[], own: Impostor[]): ImpostorPair[] {
  return clients.flatMap((client) => own.map((impostor) => ({ client, impostor })));
}

async function askedRows(
  run: Run,
  { namespace, withoutAuthority }: Strangers,
  clients: MeshClient[],
  outsider: ProbeClient,
): Promise<ImpostorRow[]> {
  const { batchMs } = run.limits;
  const vary = variationsOf(run.seed, 'impostors', true);
  const there = impostors.filter((impostor) => withoutAuthority === undefined || !needsAuthority.has(impostor));
  const requests = there.map((impostor) => {
    return { impostor, request: plainRequest('http', impostorHost(impostor, namespace), SERVICE_PORT) };
  });
  await Promise.all(clients.map(({ probeClient }) => untilKnown(run, probeClient, requests)));
  const before = await seenByImpostors(outsider, batchMs);
  const asked = await Promise.all(
    clients.map(async (client) => {
      const answered = await askAll(client.probeClient, requests, { batchMs, vary });
      return answered.map(({ impostor, replies }) => ({ client, impostor, replies }));
    }),
  );
  const after = await seenByImpostors(outsider, batchMs);
  const rows = [...Map.groupBy(asked.flat(), ({ impostor }) => impostor)].flatMap(([impostor, ofImpostor]) => {
    const counted = difference(before(impostor), after(impostor));
    return ofImpostor.map(({ client, replies }) =>
      rowOf({ client, impostor }, { replies: countedReplies(replies), ...(counted && { counted }) }),
    );
  });
  const leftOut = impostors.filter((impostor) => !there.includes(impostor));
  return [...rows, ...crossed(clients, leftOut).map((pair) => rowOf(pair, { leftOut: withoutAuthority ?? '' }))];
}

/** The clients whose sidecars know the impostors. */
const knowing = new WeakSet<ProbeClient>();

/** Waits until the client's sidecar knows the impostors: before, it answers without asking anybody. */
async function untilKnown(
  { limits, seed, signal }: Run,
  client: ProbeClient,
  requests: { request: Request }[],
): Promise<void> {
  if (knowing.has(client)) return;
  const how = { batchMs: limits.batchMs, vary: variationsOf(seed, 'impostors', true) };
  const look = async (): Promise<boolean> => {
    const asked = await askAll(client, requests, how);
    return asked
      .flatMap(({ replies }) => replies)
      .every(({ body, curlExit }) => curlExit !== 6 && !/no healthy upstream/.test(body));
  };
  await waitFor(look, { what: "the client's sidecar to know the impostors", limitMs: limits.arrivalMs, signal });
  knowing.add(client);
}

function difference(before: ImpostorCounts | undefined, after: ImpostorCounts | undefined): ImpostorCounts | undefined {
  if (before === undefined || after === undefined) return undefined;
  return { ended: after.ended - before.ended, requests: after.requests - before.requests };
}

function rowOf({ client, impostor }: ImpostorPair, came: CameOfImpostor): ImpostorRow {
  const place = { client: client.name, server: names[impostor], expected: receptionOfImpostor(impostor) };
  return { kind: 'impostor', impostor, ...place, ...came };
}
