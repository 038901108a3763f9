import { podsIn, type Run, type Strangers } from '../../mesh/index.ts';
import { receptionOf, type Stranger, type World } from '../../model/index.ts';
import { type ProbeClient, variationsOf } from '../../probe/index.ts';
import type { CheckRow } from '../../results/index.ts';
import type { Topology } from '../../scenario/index.ts';
import { askAll, plainRequest, type Reply, type Request, TRIES, tlsRequest } from './ask.ts';
import { askingPorts, CONTROL_PORT, needsAuthority, type TlsStranger } from './kinds.ts';
import { clientsOf } from './ready.ts';
import { judged, shownInPlain, shownOverTls } from './replies.ts';
import { isMeshed, type Server, serversOf } from './servers.ts';

/** Who asks, as the report has it, and how. */
interface Caller {
  name: string;
  stranger: Stranger;
  from: 'outsider' | 'node';
}

const callers: Caller[] = [
  { name: 'plain text, from a pod', stranger: 'plain', from: 'outsider' },
  { name: 'plain text, from a node', stranger: 'plain', from: 'node' },
  { name: 'TLS without a certificate', stranger: 'no-certificate', from: 'outsider' },
  { name: 'a self-signed certificate', stranger: 'self-signed', from: 'outsider' },
  { name: 'a certificate of another authority', stranger: 'other-authority', from: 'outsider' },
  { name: 'a certificate for another trust domain', stranger: 'other-trust-domain', from: 'outsider' },
  { name: "a certificate of the mesh's authority", stranger: 'member', from: 'outsider' },
];

/** A caller's requests to one server, and what came back. */
interface Exchange {
  caller: Caller;
  server: Server;
  replies: Reply[];
}

/**
 * Lets every stranger ask every server of some topologies that has a sidecar, and compares with what the model says under what is
 * applied. A refusal counts only if the same stranger was let in elsewhere at the same time: in plain text by a server
 * without a sidecar, over TLS by an impostor, which takes every certificate. Where the mesh's own certificates must be
 * let in, the others' refusals count only if one was.
 */
export async function askStrangers(
  run: Run,
  world: World,
  strangers: Strangers,
  topologies: Topology[],
): Promise<CheckRow[]> {
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
      const fromHere = callers.filter((caller) => caller.from === from);
      if (typeof client === 'string') {
        return crossed(fromHere, meshed).map((pair) =>
          rowOf(world, { ...pair, replies: [] }, `nobody could ask: ${client}`),
        );
      }
      const there = fromHere.filter(({ stranger }) => !isLeftOut(strangers, stranger));
      const asked = await askFrom(run, client, { callers: there, servers: meshed, control });
      const leftOut = fromHere.filter((caller) => !there.includes(caller));
      return [
        ...asked.map(({ doubt, ...exchange }) => rowOf(world, exchange, doubt)),
        ...crossed(leftOut, meshed).map((pair) => notTried(world, pair, strangers.withoutAuthority ?? '')),
      ];
    }),
  );
  const places = new Map(callers.map(({ name }, at) => [name, at]));
  const placeOf = ({ client }: CheckRow): number => places.get(client) ?? 0;
  return withMembers(rows.flat().sort((a, b) => placeOf(a) - placeOf(b)));
}

function crossed(callers: Caller[], servers: Server[]): Omit<Exchange, 'replies'>[] {
  return servers.flatMap((server) => callers.map((caller) => ({ caller, server })));
}

function isLeftOut({ withoutAuthority }: Strangers, stranger: Stranger): boolean {
  return withoutAuthority !== undefined && needsAuthority.has(stranger);
}

/** Asks from one client, everything at once. Each result has a doubt if its control was not let in. */
async function askFrom(
  { limits: { batchMs }, seed }: Run,
  client: ProbeClient,
  { callers, servers, control }: { callers: Caller[]; servers: Server[]; control: Server | undefined },
): Promise<(Exchange & { doubt?: string })[]> {
  const requests = crossed(callers, servers).flatMap(({ caller, server }) =>
    server.address === undefined
      ? []
      : [{ caller, server, request: requestOf(caller.stranger, server, server.address) }],
  );
  const controls = callers.flatMap((caller) => {
    const request = controlOf(caller.stranger, control);
    return request === undefined ? [] : [{ caller, server: undefined, request }];
  });
  const asked = await askAll<{ caller: Caller; server: Server | undefined; request: Request }>(
    client,
    [...requests, ...controls],
    { batchMs, vary: variationsOf(seed, 'strangers', false) },
  );
  const toControls = new Map(
    asked.flatMap(({ caller, server, replies }) => (server === undefined ? [[caller, replies] as const] : [])),
  );
  const answered = asked.flatMap(({ caller, server, replies }) => {
    if (server === undefined) return [];
    const doubt = doubtOf(caller.stranger, toControls.get(caller));
    return [{ caller, server, replies, ...(doubt !== undefined && { doubt }) }];
  });
  const gone = crossed(callers, servers).filter(({ server }) => server.address === undefined);
  return [...answered, ...gone.map((pair) => ({ ...pair, replies: [], doubt: 'it has no pod that is ready' }))];
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

/** Returns why nothing is known of a stranger's refusals; undefined if its control was let in each time. */
function doubtOf(stranger: Stranger, replies: Reply[] | undefined): string | undefined {
  const what = stranger === 'plain' ? 'a server without a sidecar' : 'a server that takes any certificate';
  if (replies === undefined) return `there is no control: ${what}`;
  const shown = replies.map(stranger === 'plain' ? shownInPlain : shownOverTls);
  const letIn = shown.filter((shows) => shows === 'let in').length;
  return letIn === TRIES ? undefined : `its control, ${what}, answered only ${letIn} of ${TRIES} times`;
}

function rowOf(world: World, { caller, server, replies }: Exchange, doubt?: string): CheckRow {
  const { comesTo, reasons } = receptionOf(world, server, caller.stranger);
  const row = { client: caller.name, server: server.name, expected: comesTo, reasons };
  if (doubt !== undefined && (replies.length === 0 || comesTo === 'refused')) {
    const observed = judged(comesTo, replies, shownOf(caller.stranger)).observed;
    // What was let in needs no control.
    const isLetIn = replies.map(shownOf(caller.stranger)).includes('let in');
    if (!isLetIn) return { ...row, observed, verdict: 'inconclusive', why: doubt };
  }
  const { wrong, ...found } = judged(comesTo, replies, shownOf(caller.stranger));
  return { ...row, ...found, ...(wrong !== undefined && { why: wrong }) };
}

function shownOf(stranger: Stranger): typeof shownInPlain {
  return stranger === 'plain' ? shownInPlain : shownOverTls;
}

function notTried(world: World, { caller, server }: Omit<Exchange, 'replies'>, why: string): CheckRow {
  const { comesTo, reasons } = receptionOf(world, server, caller.stranger);
  return {
    client: caller.name,
    server: server.name,
    expected: comesTo,
    reasons,
    observed: 'not tried',
    verdict: 'not-tried',
    why,
  };
}

const MEMBER = callers.at(-1)?.name;
const OVER_TLS = new Set(callers.filter(({ stranger }) => isTls(stranger)).map(({ name }) => name));

function isTls(stranger: Stranger): stranger is TlsStranger {
  return stranger in askingPorts;
}

/** Refusals over TLS count only where a certificate of the mesh was let in, if it had to be and one could be had. */
function withMembers(rows: CheckRow[]): CheckRow[] {
  const shut = new Set(
    rows
      .filter(({ client, expected, verdict }) => client === MEMBER && expected === 'let in' && isWrong(verdict))
      .map(({ server }) => server),
  );
  return rows.map((row) => {
    if (row.client === MEMBER || !OVER_TLS.has(row.client) || row.verdict !== 'pass' || !shut.has(row.server))
      return row;
    return { ...row, verdict: 'inconclusive', why: `${MEMBER} was not let in either` };
  });
}

function isWrong(verdict: CheckRow['verdict']): boolean {
  return verdict === 'fail' || verdict === 'inconclusive';
}
