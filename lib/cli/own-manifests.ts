import { Option } from '@commander-js/extra-typings';
import { appliedKinds } from '../kinds/index.ts';
import { isLike, type KubeObject, nameOf, pathOf } from '../model/index.ts';
import { current, providerFor } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import type { Limits } from '../platform/limits.ts';
import { keyOf, type Suite, type Traffic } from '../scenario/index.ts';
import {
  assertSoundManifests,
  assertSoundStep,
  type OwnMesh,
  ownMesh,
  ownSuites,
  representing,
  snapshotsOf,
} from '../stand-ins/index.ts';
import { objectsOf, type PairPattern, type Snapshot, templateOf } from '../survey/index.ts';
import { counted } from '../verdict/index.ts';
import { injectOption, manifestsOption, manifestsSnapshot } from './options/mesh-source.ts';
import { type clusterOptionsOf, names } from './options/options.ts';
import { assertRequired, exceptOption, requireOption } from './options/requirement.ts';
import type { Context } from './output/console.ts';

// The part of `automtls test` that is about somebody's own manifests.

/** How many pairs a run asks: with more, some clients stand for others that come to the same. */
const MOST_PAIRS = 300;

/** With more pairs than these, dozens of clients ask at once, and each takes longer. */
const FEW_PAIRS = 100;
const withMany: Partial<Limits> = {
  arrivalMs: 60_000,
  graceMs: 20_000,
  sampleMs: 150_000,
  silentMs: 40_000,
  requestMs: 6_000,
};

/** What a user says of manifests. */
export interface OwnValues {
  manifests?: string[] | undefined;
  then?: string[] | undefined;
  inject?: string[] | undefined;
  without?: string[] | undefined;
  namespace?: string[] | undefined;
  require?: 'mtls' | undefined;
  except?: PairPattern[] | undefined;
}

/** Returns the options of `automtls test` for somebody's own manifests. */
export function ownOptions() {
  return {
    manifests: manifestsOption(
      '-f, --manifests <PATH...>',
      'run your own manifests instead of suites: folders and files; - is standard input',
    ),
    over: manifestsOption(
      '--then <PATH...>',
      'with -f: policies to apply over them, one step each, and to remove again',
    ),
    inject: injectOption('with -f'),
    without: new Option(
      '--without <KIND...>',
      'with -f: leave out objects of these kinds, such as AuthorizationPolicy, of which not all is judged',
    ).argParser(names),
    namespace: new Option('--namespace <NAME...>', 'with -f: only the workloads and Services of these').argParser(
      names,
    ),
    require: requireOption('with -f: fail pairs that are answered otherwise'),
    except: exceptOption(),
  };
}

/**
 * Returns the suites for somebody's own manifests.
 * @throws UsageError with file and line of what is wrong in the manifests, before anything is made
 */
export async function ownRun(
  values: OwnValues & { manifests: string[]; cell?: string | undefined },
  cluster: ReturnType<typeof clusterOptionsOf>,
  context: Context,
): Promise<{ suites: Suite[]; about: string[]; limits: Partial<Limits> }> {
  const { then = [], inject = [], without = [], namespace, require: required, except = [] } = values;
  assertRequired(required, except);
  const read = await manifestsSnapshot(values.manifests, context, inject);
  const manifests = leavingOut({ ...read, label: values.manifests.join(', ') }, without);
  assertSoundManifests(manifests);
  const steps = await Promise.all(then.map((path) => manifestsSnapshot([path], context)));
  for (const step of steps) assertSoundStep(step, manifests);
  const whole = ownMesh(manifests, { name: manifests.label, ...(namespace && { only: namespace }) });
  const own =
    values.cell === undefined ? representing(whole, snapshotsOf({ manifests, over: steps }), MOST_PAIRS) : whole;
  if (values.cell === undefined) assertSize(own);
  const keepsNames = (await providerFor(cluster)).name !== current.name;
  if (keepsNames) own.topology.keepsNames = true;
  else assertMovable([manifests, ...steps]);
  const mutual = required === undefined ? undefined : notExcepted(own, except);
  return {
    suites: ownSuites({ own, manifests, over: steps, mutual }),
    about: aboutOf(own, whole.traffic.length, manifests.label),
    limits: own.traffic.length > FEW_PAIRS ? withMany : {},
  };
}

/** @throws UsageError if a kind is none that a step applies, or none of the manifests' */
function leavingOut(manifests: Snapshot, kinds: readonly string[]): Snapshot {
  const applied = appliedKinds.map(({ kind }) => kind);
  const unknown = kinds.find((kind) => !applied.includes(kind) || objectsOf(manifests, kind).length === 0);
  if (unknown !== undefined) {
    const there = applied.filter((kind) => objectsOf(manifests, kind).length > 0).join(', ') || 'none';
    throw new UsageError(
      `--without ${unknown}: ${manifests.label} has no such policies. Of these kinds it has: ${there}.`,
    );
  }
  return { ...manifests, objects: new Map([...manifests.objects].filter(([kind]) => !kinds.includes(kind))) };
}

/** @throws UsageError if an object's namespaces cannot be replaced by the run's, since any text of it may name one */
function assertMovable(all: readonly Snapshot[]): void {
  const filter = all.flatMap((one) => objectsOf(one, 'EnvoyFilter'))[0];
  if (filter === undefined) return;
  throw new UsageError(
    `On a cluster that this run does not make, its namespaces have other names, and ${nameOf(filter)} may name any of them in its text: leave it out, or use --cluster native or kind.`,
  );
}

/** @throws UsageError if even with some clients for all there are too many pairs */
function assertSize({ traffic }: OwnMesh): void {
  if (traffic.length <= 2 * MOST_PAIRS) return;
  const by = Map.groupBy(traffic, ({ to }) => to.split('/')[0] ?? '');
  const counts = [...by].map(([name, pairs]) => `${name} ${pairs.length}`).join(', ');
  throw new UsageError(
    `${traffic.length} pairs that differ are more than one run asks (${2 * MOST_PAIRS}): name some namespaces with --namespace, or one pair with --cell. Pairs by the server's namespace: ${counts}.`,
  );
}

/** Returns what is made and asked, and what is left out, one line each. */
function aboutOf({ topology, traffic, notes }: OwnMesh, all: number, label: string): string[] {
  const ports = new Set(traffic.map(({ to, port }) => `${to}:${port}`)).size;
  const some =
    all === traffic.length
      ? `${all} pairs`
      : `${traffic.length} of ${all} pairs, which stand for others that come to the same`;
  return [
    `${label}: ${topology.clients.size} clients, an outsider among them, ${counted(ports, 'Service port')}, ${some}`,
    ...notes.map((note) => `- ${note}`),
  ];
}

/** @throws UsageError if an exception names no pair */
function notExcepted({ traffic, topology }: OwnMesh, except: readonly PairPattern[]): Traffic[] {
  const deployments = topology.objects.filter(({ kind }) => kind === 'Deployment');
  const accounts = new Map(deployments.map((object) => [pathOf(object), accountOf(object)]));
  const isMeant = (one: PairPattern, pair: Traffic): boolean => isNamed(one, pair, accounts.get(pair.from));
  for (const one of except) {
    if (traffic.some((pair) => isMeant(one, pair))) continue;
    const some = traffic.slice(0, 6).map((pair) => `${keyOf(pair).client}:${keyOf(pair).server}:${pair.port}`);
    throw new UsageError(`--except ${one.text} names no pair. There are ${some.join(', ')} and the like.`);
  }
  return traffic.filter((pair) => !except.some((one) => isMeant(one, pair)));
}

/** Returns the account of a workload, as `automtls check` names clients. */
function accountOf(object: KubeObject): string {
  return `${object.metadata.namespace}/${templateOf(object).spec?.serviceAccountName ?? 'default'}`;
}

/** @param account the client's */
function isNamed({ client, server }: PairPattern, traffic: Traffic, account = ''): boolean {
  const key = keyOf(traffic);
  const outsider = traffic.from.endsWith('outsider/outsider') ? ['outsider'] : [];
  const isClient = [traffic.from, account, ...outsider];
  const isServer = [key.server, `${key.server}:${key.port}`, traffic.to, `${traffic.to}:${key.port}`];
  return isClient.some((name) => isLike(client, name)) && isServer.some((name) => isLike(server, name));
}
