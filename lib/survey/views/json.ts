import { z } from 'zod';
import { formatRelease, outcome, protocol, reason } from '../../model/index.ts';
import { visible } from '../../report/index.ts';
import { type Client, nameOfClient } from '../pairs/clients.ts';
import { nameOfServer } from '../pairs/servers.ts';
import type { Requirement } from '../select.ts';
import type { NamespaceStrictness } from '../strict.ts';
import { countsOf, groupResult, type PairResult, results, type Survey } from '../survey.ts';
import { exampleName } from './words.ts';

const result = z
  .enum(results)
  .describe('broken: refused, although the client has a sidecar that knows the Service; refused: any other refusal');
const sentences = z.array(z.string());
const clientId = z.int().nonnegative().describe('its id in `clients`');
const serverName = z.string().describe('such as `cart.shop:8080`');

const groupId = z.int().nonnegative().describe('its place in `groups`');

const answer = z.object({
  group: groupId.describe('the clients, by their place in `groups`'),
  result,
  outcomes: z.array(
    z.object({
      kind: z.enum(outcome.options.map((one) => one.shape.kind.value)),
      share: z.number().positive().max(1).describe('the share of requests; at most this if it is rare'),
      rare: z.literal(true).exactOptional(),
      endpoints: z.array(z.string()).describe('workloads whose pods have this outcome, as `namespace/name`'),
    }),
  ),
  reasons: z.array(reason),
  example: z.string().describe('the client that the reasons speak of: a workload as `namespace/name`, or `outsider`'),
  notJudged: sentences.describe('why it cannot be judged'),
  mayRefuse: sentences.describe(
    'AuthorizationPolicies that may refuse some of the requests, and VirtualServices that may have no route for some',
  ),
});

/** What `automtls check --print json` prints: schema and type in one. */
export type SurveyJson = z.infer<typeof surveyJson>;
export const surveyJson = z.object({
  version: z.literal(1),
  source: z.object({ kind: z.enum(['cluster', 'files']), label: z.string() }),
  istio: z.object({ version: z.string(), release: z.string(), revision: z.string().exactOptional() }),
  summary: z.object({ pairs: z.int(), results: z.record(result, z.int()) }),
  clients: z.array(
    z.object({
      id: clientId,
      namespace: z.string(),
      account: z.string(),
      identity: z
        .string()
        .exactOptional()
        .describe('as which servers see it over mutual TLS; absent without a sidecar'),
      sidecar: z.boolean(),
      workloads: sentences,
      outsider: z.literal(true).exactOptional().describe('a pod without a sidecar that is nobody’s'),
    }),
  ),
  groups: z.array(z.array(clientId)).describe('clients that come to the same at some server'),
  servers: z.array(
    z.object({
      name: serverName,
      namespace: z.string(),
      service: z.string(),
      port: z.int(),
      protocol,
      answers: z.array(answer),
    }),
  ),
  namespaces: z.array(
    z.object({
      namespace: z.string(),
      mode: z.enum(['DISABLE', 'PERMISSIVE', 'STRICT']),
      ports: z.object({ all: z.int(), strict: z.int() }).describe('ports of pods with a sidecar'),
      withoutSidecar: z.int().describe('workloads that serve and have no sidecar'),
      strictWouldRefuse: z
        .array(
          z.object({
            clients: sentences.describe('as `namespace/account`, or `outsider`'),
            servers: z.array(serverName),
          }),
        )
        .exactOptional()
        .describe('pairs that are answered now, and would be refused if the namespace were STRICT'),
      notJudged: z.int(),
    }),
  ),
  notAsked: z.array(z.object({ servers: z.string(), why: z.string() })),
  unread: z.array(z.object({ kind: z.string(), right: z.string(), why: z.string() })),
  notes: sentences,
  notMutual: z
    .array(z.object({ group: groupId, server: serverName, why: z.enum(['plain', 'mixed', 'unknown']) }))
    .exactOptional()
    .describe('with `--require mtls`: the pairs that are not'),
});

export interface JsonOptions {
  show?: PairResult | undefined;
  strictness: readonly NamespaceStrictness[];
  /** Undefined if nothing is required. */
  required?: Requirement | undefined;
}

/** Returns a survey for programs. */
export function surveyJsonText(survey: Survey, options: JsonOptions): string {
  // Control characters are escaped in JSON; what else a terminal may take for its own is replaced.
  return visible(JSON.stringify(surveyJsonOf(survey, options)));
}

/** Returns the JSON Schema of what surveyJsonText returns. */
export function surveySchema(): object {
  return z.toJSONSchema(surveyJson, { io: 'input' });
}

export function surveyJsonOf(survey: Survey, { show, strictness, required }: JsonOptions): SurveyJson {
  const { mesh, clients, servers, notAsked } = survey;
  const { plane, snapshot } = mesh;
  const { groups, groupOf } = groupsOf(clients);
  const { revision } = plane;
  return {
    version: 1,
    source: { kind: snapshot.source, label: snapshot.label },
    istio: {
      version: plane.version,
      release: formatRelease(plane.mesh.release),
      ...(revision !== undefined && { revision }),
    },
    summary: { pairs: clients.length * servers.length, results: countsOf(survey) },
    clients: clients.map(({ namespace, account, sidecar, workloads, outsider }, id) => ({
      id,
      namespace,
      account,
      ...(sidecar && { identity: `spiffe://${plane.mesh.trustDomain}/ns/${namespace}/sa/${account}` }),
      sidecar,
      workloads,
      ...(outsider && { outsider }),
    })),
    groups,
    servers: servers.map(({ server, answers }) => ({
      name: nameOfServer(server),
      namespace: server.service.metadata.namespace ?? 'default',
      service: server.service.metadata.name,
      port: server.port,
      protocol: server.protocol,
      answers: answers
        .filter((one) => show === undefined || groupResult(one) === show)
        .map((one) => answerJson(one, groupOf)),
    })),
    namespaces: strictness.map(namespaceJson),
    notAsked: [...notAsked],
    unread: [...snapshot.unread],
    notes: [...mesh.notes],
    ...(required !== undefined && {
      notMutual: required.violations.map(({ clients: own, server, why }) => ({
        group: groupOf(own),
        server: nameOfServer(server),
        why,
      })),
    }),
  };
}

/** Returns the groups of clients, and how to find the place of one, which comes to be when it is asked for first. */
function groupsOf(clients: readonly Client[]): {
  groups: number[][];
  groupOf: (clients: readonly Client[]) => number;
} {
  const ids = new Map(clients.map((client, id) => [client, id]));
  const places = new Map<readonly Client[], number>();
  const groups: number[][] = [];
  const groupOf = (own: readonly Client[]): number => {
    const known = places.get(own);
    if (known !== undefined) return known;
    places.set(own, groups.length);
    return groups.push(own.map((client) => ids.get(client) ?? -1)) - 1;
  };
  return { groups, groupOf };
}

function answerJson(
  one: Survey['servers'][number]['answers'][number],
  groupOf: (clients: readonly Client[]) => number,
): z.infer<typeof answer> {
  const { answer: found, clients } = one;
  const { outcomes, reasons, notJudged, mayRefuse } = found;
  return {
    group: groupOf(clients),
    result: groupResult(one),
    outcomes: outcomes.map(({ outcome: { kind }, share, rare, endpoints }) => ({
      kind,
      share,
      ...(rare && { rare }),
      endpoints,
    })),
    reasons: [...reasons],
    example: exampleName(one),
    notJudged: [...notJudged],
    mayRefuse: [...mayRefuse],
  };
}

function namespaceJson({
  namespace,
  mode,
  ports,
  strict,
  without,
  losses,
  unknown,
}: NamespaceStrictness): SurveyJson['namespaces'][number] {
  return {
    namespace,
    mode,
    ports: { all: ports, strict },
    withoutSidecar: without,
    ...(losses !== undefined && {
      strictWouldRefuse: [...Map.groupBy(losses, ({ clients }) => clients)].map(([clients, own]) => ({
        clients: clients.map(nameOfClient),
        servers: own.map(({ server }) => nameOfServer(server)),
      })),
    }),
    notJudged: unknown,
  };
}
