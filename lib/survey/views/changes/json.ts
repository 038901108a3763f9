import { z } from 'zod';
import { formatRelease, reason } from '../../../model/index.ts';
import { visible } from '../../../report/index.ts';
import { type Comparison, hows, type PairChange } from '../../changes/compare.ts';
import { exampleOf } from '../../changes/example.ts';
import type { Order } from '../../changes/order.ts';
import type { ObjectDelta } from '../../changes/overlay.ts';
import type { Plan } from '../../changes/plan.ts';
import type { Upgrade } from '../../changes/upgrade.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import type { Requirement } from '../../select.ts';
import { countsOf, results, type Survey } from '../../survey.ts';
import { clientNames } from '../words.ts';
import { howCounts, isBreaking } from './words.ts';

const how = z
  .enum(hows)
  .describe(
    'breaks: more requests are refused; unsure: cannot be judged afterwards; loses: answered in plain text; mixed: some of them; opens: answered in plain text that were refused; gains: answered over mutual TLS; shuts: the outsider is refused; heals: fewer are refused; other: as somebody else, or refused in another way; known: not judged before',
  );
const counts = z.record(z.enum(results), z.int());
const sentences = z.array(z.string());
const place = z.object({ file: z.string(), line: z.int() });

const side = z.object({
  comesTo: z.string().describe('in a few words'),
  reasons: z.array(reason),
  notJudged: sentences.describe('why it cannot be judged'),
});

const pair = z.object({
  how,
  clients: z.array(z.object({ name: z.string(), workloads: sentences })),
  servers: sentences.describe('each of the clients with each of these, such as `cart.shop:8080`'),
  example: z
    .object({ client: z.string(), server: z.string() })
    .describe('the pair that the reasons speak of: a workload as `namespace/name` or `outsider`, and a Service port'),
  before: side,
  after: side,
});

const compared = {
  breaks: z.boolean().describe('whether some pair breaks, or may break'),
  summary: z.object({
    pairs: z.int().describe('pairs that are there before and afterwards'),
    before: counts,
    after: counts,
    changes: z.partialRecord(how, z.int()),
    notJudged: z.int().describe('pairs that are judged neither before nor afterwards'),
    added: z.int(),
    removed: z.int(),
  }),
};

const mesh = z.object({ kind: z.enum(['cluster', 'files']), label: z.string() });

/** What `automtls plan --print json` prints: schema and type in one. */
export type PlanJson = z.infer<typeof planJson>;
export const planJson = z.object({
  version: z.literal(1),
  mesh,
  istio: z.object({ version: z.string(), release: z.string() }),
  ...compared,
  objects: z.array(
    z.object({
      name: z.string().describe('as `Kind namespace/name`'),
      action: z.enum(['created', 'changed', 'deleted', 'applied']),
      place: place.exactOptional(),
    }),
  ),
  changes: z.array(pair.extend({ because: sentences.describe('the objects that do it') })),
  order: z
    .object({
      found: z.enum(['order', 'none', 'not sought']).describe('none: every order refuses some requests in between'),
      steps: z.array(z.object({ object: z.string(), race: z.boolean() })),
    })
    .exactOptional(),
  notMutual: z
    .array(z.object({ clients: sentences, server: z.string(), why: z.enum(['plain', 'mixed', 'unknown']) }))
    .exactOptional()
    .describe('with `--require mtls`: the pairs that are not afterwards'),
  notes: sentences,
});

/** What `automtls upgrade --print json` prints: schema and type in one. */
export type UpgradeJson = z.infer<typeof upgradeJson>;
export const upgradeJson = z.object({
  version: z.literal(1),
  mesh,
  istio: z.object({ from: z.string(), to: z.string() }),
  ...compared,
  changes: z.array(pair.extend({ gates: z.array(reason).describe('the rules that hold in only one of the releases') })),
  notes: sentences,
});

/** Returns a plan for programs. */
export function planJsonText(plan: Plan): string {
  const { after, deltas, causes, comparison, order, required, notes } = plan;
  const { plane } = after.mesh;
  const json: PlanJson = {
    version: 1,
    mesh: meshJson(after),
    istio: { version: plane.version, release: formatRelease(plane.mesh.release) },
    ...comparedJson(plan),
    objects: deltas.map(objectJson),
    changes: comparison.pairs.map((one) => ({
      ...pairJson(one),
      because: (causes.get(one) ?? []).map(({ name }) => name),
    })),
    ...(order !== undefined && { order: orderJson(order) }),
    ...(required !== undefined && { notMutual: notMutualJson(after, required) }),
    notes: [...notes],
  };
  return visible(JSON.stringify(json));
}

/** Returns for programs what an upgrade changes. */
export function upgradeJsonText(upgrade: Upgrade): string {
  const { before, after, comparison, gates, notes } = upgrade;
  const json: UpgradeJson = {
    version: 1,
    mesh: meshJson(before),
    istio: {
      from: formatRelease(before.mesh.plane.mesh.release),
      to: formatRelease(after.mesh.plane.mesh.release),
    },
    ...comparedJson(upgrade),
    changes: comparison.pairs.map((one) => ({ ...pairJson(one), gates: [...(gates.get(one) ?? [])] })),
    notes: [...notes],
  };
  return visible(JSON.stringify(json));
}

/** Returns the JSON Schema of what planJsonText returns. */
export function planSchema(): object {
  return z.toJSONSchema(planJson, { io: 'input' });
}

/** Returns the JSON Schema of what upgradeJsonText returns. */
export function upgradeSchema(): object {
  return z.toJSONSchema(upgradeJson, { io: 'input' });
}

function meshJson({ mesh: { snapshot } }: Survey): PlanJson['mesh'] {
  return { kind: snapshot.source, label: snapshot.label };
}

function comparedJson({
  before,
  after,
  comparison,
}: {
  before: Survey;
  after: Survey;
  comparison: Comparison;
}): Pick<PlanJson, 'breaks' | 'summary'> {
  const { compared: pairs, notJudged, added, removed } = comparison;
  const changes = Object.fromEntries(howCounts(comparison).map((one) => [one.how, one.count]));
  return {
    breaks: isBreaking(comparison),
    summary: { pairs, before: countsOf(before), after: countsOf(after), changes, notJudged, added, removed },
  };
}

function objectJson({ name, action, place: at }: ObjectDelta): PlanJson['objects'][number] {
  return { name, action, ...(at !== undefined && { place: { file: at.file, line: at.line } }) };
}

function pairJson(row: PairChange): z.infer<typeof pair> {
  const { how: its, clients, servers, before, after, example } = row;
  const sideJson = (
    comesTo: string,
    { reasons, notJudged }: PairChange['example']['before'],
  ): z.infer<typeof side> => ({
    comesTo,
    reasons: [...reasons],
    notJudged: [...notJudged],
  });
  return {
    how: its,
    clients: clients.map(({ name, workloads }) => ({ name, workloads: [...workloads] })),
    servers: servers.map(nameOfServer),
    example: { client: exampleOf(row), server: servers.map(nameOfServer)[0] ?? '' },
    before: sideJson(before, example.before),
    after: sideJson(after, example.after),
  };
}

function notMutualJson({ clients: all }: Survey, { violations }: Requirement): NonNullable<PlanJson['notMutual']> {
  const names = clientNames(all);
  return violations.map(({ clients, server, why }) => ({
    clients: clients.map((client) => names.get(client) ?? ''),
    server: nameOfServer(server),
    why,
  }));
}

function orderJson(order: Order): NonNullable<PlanJson['order']> {
  const steps = order.found === 'order' ? order.steps : [];
  return { found: order.found, steps: steps.map(({ delta, race }) => ({ object: delta.name, race })) };
}
