import { podsIn, type Run, type Strangers } from '../../mesh/index.ts';
import { receptionOf, type Stranger, type World } from '../../model/index.ts';
import { type ProbeClient, variationsOf } from '../../probe/index.ts';
import { type CameOfStranger, countedReplies, type StrangerRow } from '../../verdict/index.ts';
import { askAll, plainRequest, type Request, tlsRequest } from './ask.ts';
import { askingPorts, CONTROL_PORT, needsAuthority } from './kinds.ts';
import { clientsOf } from './ready.ts';
import { type AskedServers, doubtsAt, isMeshed, type Server, serversOf } from './servers.ts';

/** Who asks, as the report has it, and how. */
interface Caller {
  name: string;
  stranger: Stranger;
  from: 'outsider' | 'node';
}

const askers: Caller[] = [
  { name: 'plain text, from a pod', stranger: 'plain', from: 'outsider' },
  { name: 'plain text, from a node', stranger: 'plain', from: 'node' },
  { name: 'TLS without a certificate', stranger: 'no-certificate', from: 'outsider' },
  { name: 'a self-signed certificate', stranger: 'self-signed', from: 'outsider' },
  { name: 'a certificate of another authority', stranger: 'other-authority', from: 'outsider' },
  { name: 'a certificate for another trust domain', stranger: 'other-trust-domain', from: 'outsider' },
  { name: "a certificate of the mesh's authority", stranger: 'member', from: 'outsider' },
];

/** Who asks whom. */
interface Exchange {
  asker: Caller;
  server: Server;
}

/** Lets every stranger ask every server of some topologies that has a sidecar. */
export async function askStrangers(
  run: Run,
  world: World,
  strangers: Strangers,
  { topologies, doubts }: AskedServers,
): Promise<StrangerRow[]> {
  const [clients, pods] = await Promise.all([
    clientsOf(run, strangers),
    podsIn(run.kube, Object.values(run.namespaces)),
  ]);
  const servers = serversOf(run, topologies, world, pods);
  const meshed = servers.filter(isMeshed);
  const control = servers.find((server) => !isMeshed(server) && server.address !== undefined);
  const rows = await Promise.all(
    (['outsider', 'node'] as const).map(async (from) => {
      const client = clients[from];
      const own = askers.filter((asker) => asker.from === from);
      if (typeof client === 'string') {
        return crossed(own, meshed).map((pair) => rowOf(world, pair, { notAsked: `nobody could ask: ${client}` }));
      }
      const there = own.filter(({ stranger }) => !isLeftOut(strangers, stranger));
      const leftOut = own.filter((asker) => !there.includes(asker));
      return [
        ...(await askFrom(run, world, client, { askers: there, servers: meshed, control })),
        ...crossed(leftOut, meshed).map((pair) => rowOf(world, pair, { leftOut: strangers.withoutAuthority ?? '' })),
      ];
    }),
  );
  const places = new Map(askers.map(({ name }, at) => [name, at]));
  const placeOf = ({ client }: StrangerRow): number => places.get(client) ?? 0;
  const doubtful = new Map(meshed.map((server) => [server.name, doubtsAt(world, run, server, doubts)]));
  return rows
    .flat()
    .map((row) => unlessDoubtful(row, doubtful.get(row.server)))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

/** Returns a row as one that is left out, if it cannot be told what had to come of it. */
function unlessDoubtful(row: StrangerRow, doubts: ReturnType<typeof doubtsAt> | undefined): StrangerRow {
  const { always = [], ifLetIn = [] } = doubts ?? {};
  const [why] = row.expected.comesTo === 'let in' ? [...always, ...ifLetIn] : always;
  if (why === undefined) return row;
  const { kind, stranger, client, server, expected } = row;
  return { kind, stranger, client, server, expected, leftOut: why };
}

function crossed(own: Caller[], servers: Server[]): Exchange[] {
  return servers.flatMap((server) => own.map((asker) => ({ asker, server })));
}

function isLeftOut({ withoutAuthority }: Strangers, stranger: Stranger): boolean {
  return withoutAuthority !== undefined && needsAuthority.has(stranger);
}

/** Asks from one client, everything at once: the servers, and for each asker one that lets it in. */
async function askFrom(
  { limits: { batchMs }, seed }: Run,
  world: World,
  client: ProbeClient,
  { askers, servers, control }: { askers: Caller[]; servers: Server[]; control: Server | undefined },
): Promise<StrangerRow[]> {
  const there = crossed(askers, servers).flatMap((pair) =>
    pair.server.address === undefined ? [] : [{ ...pair, address: pair.server.address }],
  );
  const requests = there.map(({ asker, server, address }) => {
    return { asker, server, request: requestOf(asker.stranger, server, address) };
  });
  const controls = askers.flatMap((asker) => {
    const request = controlOf(asker.stranger, control);
    return request === undefined ? [] : [{ asker, server: undefined, request }];
  });
  const asked = await askAll<{ asker: Caller; server: Server | undefined; request: Request }>(
    client,
    [...requests, ...controls],
    { batchMs, vary: variationsOf(seed, 'strangers', false) },
  );
  const ofControls = new Map(
    asked.flatMap(({ asker, server, replies }) =>
      server === undefined ? [[asker, countedReplies(replies)] as const] : [],
    ),
  );
  const answered = asked.flatMap(({ asker, server, replies }) => {
    if (server === undefined) return [];
    const got = ofControls.get(asker);
    return [rowOf(world, { asker, server }, { replies: countedReplies(replies), ...(got && { control: got }) })];
  });
  const gone = crossed(askers, servers).filter(({ server }) => server.address === undefined);
  return [...answered, ...gone.map((pair) => rowOf(world, pair, { notAsked: 'it has no pod that is ready' }))];
}

function requestOf(stranger: Stranger, { protocol, endpoint }: Server, address: string): Request {
  return stranger === 'plain'
    ? plainRequest(protocol, address, endpoint.port)
    : tlsRequest(protocol, address, endpoint.port, askingPorts[stranger]);
}

function controlOf(stranger: Stranger, control: Server | undefined): Request | undefined {
  if (stranger !== 'plain') return tlsRequest('http', '127.0.0.1', CONTROL_PORT, askingPorts[stranger]);
  return control?.address === undefined
    ? undefined
    : plainRequest(control.protocol, control.address, control.endpoint.port);
}

function rowOf(world: World, { asker, server }: Exchange, came: CameOfStranger): StrangerRow {
  const { name: client, stranger } = asker;
  const expected = receptionOf(world, server, stranger);
  return { kind: 'stranger', stranger, client, server: server.name, expected, ...came };
}
