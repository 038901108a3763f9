import type { Run, Strangers } from '../../mesh/index.ts';
import { hasSidecar, type Impostor, receptionOfImpostor, type World } from '../../model/index.ts';
import { waitFor } from '../../platform/wait.ts';
import { type ProbeClient, variationsOf } from '../../probe/index.ts';
import type { CheckRow } from '../../results/index.ts';
import { placed, type Topology } from '../../scenario/index.ts';
import { askAll, plainRequest, type Reply, type Request } from './ask.ts';
import { answeringPorts, needsAuthority, SERVICE_PORT } from './kinds.ts';
import { type MeshClient, namesRows } from './names.ts';
import { impostorHost } from './objects.ts';
import { clientsOf } from './ready.ts';
import { judged, type ReplyShows, shownOfImpostor } from './replies.ts';
import { type ImpostorCounts, seenByImpostors } from './seen.ts';

const impostors = Object.keys(answeringPorts) as Impostor[];

const names: Record<Impostor, string> = {
  'self-signed': 'an impostor with a self-signed certificate',
  'other-authority': 'an impostor with a certificate of another authority',
  'other-identity': "an impostor with another account's certificate",
  named: 'a server with the right certificate',
};

/**
 * Lets every client of some topologies that has a sidecar ask every impostor, and reads which names its sidecar accepts of the
 * servers. A refusal counts only if the impostor saw handshakes end and read no request, and, where one can be had, the
 * server with the right certificate was accepted.
 */
export async function askImpostors(
  run: Run,
  world: World,
  strangers: Strangers,
  topologies: Topology[],
): Promise<CheckRow[]> {
  const { outsider } = await clientsOf(run, strangers);
  const clients = meshedClients(run, topologies);
  const [asked, ...accepted] = await Promise.all([
    typeof outsider === 'string'
      ? crossed(clients, impostors).map((pair) => unasked(pair, 'inconclusive', `there were no impostors: ${outsider}`))
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
      return topology.workloads.some(
        (workload) => workload.namespace === namespace && workload.name === name && hasSidecar(workload),
      );
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

function crossed(clients: MeshClient[], chosen: Impostor[]): ImpostorPair[] {
  return clients.flatMap((client) => chosen.map((impostor) => ({ client, impostor })));
}

async function askedRows(
  run: Run,
  { namespace, withoutAuthority }: Strangers,
  clients: MeshClient[],
  outsider: ProbeClient,
): Promise<CheckRow[]> {
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
    const all = ofImpostor.flatMap(({ replies }) => replies);
    const seen = difference(before(impostor), after(impostor));
    return ofImpostor.map(({ client, replies }) => rowOf({ client, impostor }, replies, all, seen));
  });
  const leftOut = impostors.filter((impostor) => !there.includes(impostor));
  return [
    ...withControl(rows),
    ...crossed(clients, leftOut).map((pair) => unasked(pair, 'not-tried', withoutAuthority ?? '')),
  ];
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

/** @param all the replies to all clients that asked the impostor, which counts them together */
function rowOf(pair: ImpostorPair, replies: Reply[], all: Reply[], seen: ImpostorCounts | undefined): CheckRow {
  const shown = (reply: Reply): ReplyShows => shownOfImpostor(reply, seen !== undefined && seen.ended > 0);
  const { comesTo } = receptionOfImpostor(pair.impostor);
  const { wrong, ...found } = judged(comesTo, replies, shown);
  const unanswered = (seen?.requests ?? 0) - all.filter((reply) => shown(reply) === 'let in').length;
  if (comesTo === 'refused' && found.verdict === 'pass' && unanswered > 0) {
    return { ...placeOf(pair), ...found, verdict: 'fail', why: `the impostor read ${unanswered} requests` };
  }
  return { ...placeOf(pair), ...found, ...(wrong !== undefined && { why: wrong }) };
}

/** Refusals count only where the server with the right certificate was accepted, if there was one. */
function withControl(rows: CheckRow[]): CheckRow[] {
  const shut = rows.filter(({ server, verdict }) => server === names.named && verdict !== 'pass');
  return rows.map((row) =>
    row.verdict === 'pass' && shut.some(({ client }) => client === row.client)
      ? { ...row, verdict: 'inconclusive', why: `${names.named} was not accepted either` }
      : row,
  );
}

function unasked(pair: ImpostorPair, verdict: CheckRow['verdict'], why: string): CheckRow {
  return { ...placeOf(pair), observed: 'not tried', verdict, why };
}

function placeOf({ client, impostor }: ImpostorPair): Pick<CheckRow, 'client' | 'server' | 'expected' | 'reasons'> {
  const { comesTo, reasons } = receptionOfImpostor(impostor);
  return { client: client.name, server: names[impostor], expected: comesTo, reasons };
}
