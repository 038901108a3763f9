import { meshKinds } from '../kinds/index.ts';
import type { KubeObject } from '../model/index.ts';
import { type Doubts, idOf, type Step, type Suite, type Traffic } from '../scenario/index.ts';
import { edited, type Snapshot } from '../survey/index.ts';
import { doubtsIn } from './doubts.ts';
import { withoutLimits } from './limits.ts';
import { type OwnMesh, policiesIn, systemNamespaces } from './own-mesh.ts';

/** What to do with somebody's manifests. */
export interface OwnSteps {
  own: OwnMesh;
  manifests: Snapshot;
  /** Manifests that are laid over the first ones, each for a step of its own. */
  over: readonly Snapshot[];
  /** The pairs that must be mutual TLS; undefined if none must. */
  mutual: readonly Traffic[] | undefined;
}

/** The suite of somebody's manifests, for reports and `--suite`. */
const NAME = 'manifests';

/**
 * Returns the suites of a run on stand-ins for somebody's manifests: nothing applied, then all that configures the mesh,
 * then what is laid over it, each of which is removed again; and what comes before and after, as in every run.
 */
export function ownSuites({ own, manifests, over, mutual }: OwnSteps): Suite[] {
  const { topology, traffic } = own;
  const [bare, , ...laidOver] = snapshotsOf({ manifests, over }) as [Snapshot, Snapshot, ...Snapshot[]];
  // Steps with the same objects share what is found out about them.
  const known = new Map([bare, manifests, ...laidOver].map((one) => [one, doubtsIn(one, own.outsider)]));
  const doubtsOf = (snapshot: Snapshot): Doubts => known.get(snapshot) as Doubts;
  const asking = (title: string, snapshot: Snapshot): Step => ({
    kind: 'ask',
    title,
    objects: policiesIn(snapshot).map(withoutLimits),
    traffic,
    doubts: doubtsOf(snapshot),
    namesChanges: true,
  });
  const checking = (applied: string, snapshot: Snapshot): Step[] => [
    strangersStep(applied, doubtsOf(snapshot), own.outsider),
    ...(mutual === undefined ? [] : [mutualStep(applied, mutual)]),
  ];
  const all = `all of ${manifests.label}`;
  const steps: Step[] = [
    asking('nothing applied', bare),
    // What is applied later may keep clients from asking them at all.
    { kind: 'check', title: 'impostors before the clients', check: 'impostors' },
    ...(policiesIn(manifests).length === 0 ? [] : [asking(all, manifests)]),
    ...checking(all, manifests),
    ...over.flatMap(({ label }, at) => {
      const snapshot = laidOver[at] as Snapshot;
      const applied = `${label} over it`;
      return [asking(applied, snapshot), ...checking(applied, snapshot), asking(`${label} removed`, manifests)];
    }),
    asking('all removed', bare),
  ];
  const everything = [manifests, ...over].flatMap(policiesIn);
  const meshWide = everything.some((object) => actsOnOthers(object, topology.namespaces));
  return [
    framed(own, 'setup', 'Before you begin', before),
    {
      name: NAME,
      title: `The manifests of ${manifests.label}`,
      about: 'Stand-ins for the workloads of manifests, and what configures the mesh as its steps.',
      topology,
      steps,
      ...(meshWide && { meshWide }),
    },
    framed(own, 'cleanup', 'Cleanup', after),
  ];
}

const before: Step[] = [
  { kind: 'check', title: 'pods are READY, with a sidecar where the manifests ask for one', check: 'ready' },
  { kind: 'check', title: 'the default mesh policy is PERMISSIVE', check: 'mesh-default' },
  { kind: 'check', title: 'no DestinationRule matches the hosts of the run', check: 'no-destination-rules' },
  { kind: 'check', title: 'automatic mutual TLS is on in the mesh configuration', check: 'auto-mtls' },
  { kind: 'check', title: 'what else acts on the workloads is known', check: 'others' },
];

const after: Step[] = [
  { kind: 'check', title: 'namespaces and policies of the run are gone', check: 'torn-down' },
  { kind: 'check', title: 'the mesh configuration is as it was found', check: 'mesh-as-found' },
];

function framed({ topology }: OwnMesh, name: string, title: string, steps: Step[]): Suite {
  return { name, title, about: '', topology, steps };
}

/** What cannot be told of the outsider at a server, cannot be told of strangers. */
function strangersStep(applied: string, doubts: Doubts, outsider: string): Step {
  return {
    kind: 'check',
    title: `strangers at the servers with ${applied}`,
    check: 'strangers',
    doubts: (server, release) => doubts({ ...server, from: outsider, protocol: 'http' }, release),
  };
}

function mutualStep(applied: string, pairs: readonly Traffic[]): Step {
  const title = `required with ${applied}: no pair in plain text`;
  return { kind: 'check', title, check: 'mutual', pairs: pairs.map(idOf) };
}

/** Returns the manifests as each step has them: without what configures the mesh, as they are, and with what is laid over. */
export function snapshotsOf({ manifests, over }: Pick<OwnSteps, 'manifests' | 'over'>): Snapshot[] {
  return [
    withoutPolicies(manifests),
    manifests,
    ...over.map((apply) => edited(manifests, { apply, remove: [] }).snapshot),
  ];
}

/** Returns manifests without what configures the mesh. */
function withoutPolicies(snapshot: Snapshot): Snapshot {
  const kinds = new Set(meshKinds.map(({ kind }) => kind));
  return { ...snapshot, objects: new Map([...snapshot.objects].filter(([kind]) => !kinds.has(kind))) };
}

/**
 * Returns whether an object of the manifests may act on others of the mesh: in Istio's own namespace, and where it is
 * for a host that is none of the manifests' and is seen from everywhere.
 */
function actsOnOthers(object: KubeObject, own: readonly string[]): boolean {
  const { namespace = 'default' } = object.metadata;
  if (systemNamespaces.has(namespace)) return true;
  if (object.kind !== 'ServiceEntry' && object.kind !== 'VirtualService') return false;
  const { hosts = [], exportTo = ['*'] } = (object as { spec?: { hosts?: string[]; exportTo?: string[] } }).spec ?? {};
  const isAtHome = exportTo.every((one) => one === '.' || one === '~' || own.includes(one));
  // A short name is one of the object's namespace; others say theirs.
  const isOwn = (host: string): boolean => !host.includes('.') || own.includes(host.split('.')[1] ?? '');
  return !isAtHome && !hosts.every(isOwn);
}
