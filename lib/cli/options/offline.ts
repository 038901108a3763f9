import { appliedKinds, kinds } from '../../kinds/index.ts';
import {
  type AuthenticationPolicy,
  type KubeObject,
  type Mesh,
  parseRelease,
  type Release,
  topologyOf,
  versionsOn,
  type World,
} from '../../model/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { newestBuilt, type PolicyApi } from '../../platform/istio/index.ts';
import { keyOf, type ServedVersions } from '../../platform/kube/index.ts';
import type { TargetMesh } from '../../results/repro/index.ts';
import { type AskStep, stepObjects, type Topology, withAges, workloadObjects } from '../../scenario/index.ts';

// For --list, --explain and --repro, which need no cluster: the objects of a step on a release.

/**
 * Returns the release whose rules apply.
 * @param istio the value of `--istio`; by default the newest for native clusters
 * @throws UsageError if that is not a release
 */
export function offlineRelease(istio: string = newestBuilt().module.version): Release {
  try {
    return parseRelease(istio);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** Returns the objects that a step applies on a release. */
export function offlineObjects(step: AskStep, release: Release): KubeObject[] {
  return withAges(stepObjects(step.objects, policyApiOf(release), {}, servedBy(release)), step.ages);
}

/** Returns everything that Istio's rules depend on during a step on a release, in the topology's own names. */
export function offlineWorld(topology: Topology, step: AskStep, release: Release): World {
  return {
    mesh: meshOf(release, step.autoMtls),
    ...topologyOf(workloadObjects([topology], {}), release),
    policies: [...meshPolicies(release), ...offlineObjects(step, release)],
  };
}

/** Returns a mesh of a release as it is installed by default, for a script. */
export function offlineMesh(release: Release): TargetMesh {
  const injectionLabel = { key: 'istio-injection', value: 'enabled' };
  return {
    istio: { mesh: meshOf(release), policyApi: policyApiOf(release), injectionLabel },
    served: servedBy(release),
    foreign: meshPolicies(release),
  };
}

function meshOf(release: Release, autoMtls = true): Mesh {
  return { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls };
}

function policyApiOf(release: Release): PolicyApi {
  const { PeerAuthentication, Policy } = kinds;
  return versionsOn(release, PeerAuthentication).length > 0 ? PeerAuthentication.group : Policy.group;
}

/** The task starts with PERMISSIVE as the mesh's default, which needs a MeshPolicy up to 1.4. */
function meshPolicies(release: Release): AuthenticationPolicy[] {
  if (policyApiOf(release) !== kinds.MeshPolicy.group) return [];
  const spec = { peers: [{ mtls: { mode: 'PERMISSIVE' as const } }] };
  return [{ apiVersion: 'authentication.istio.io/v1alpha1', kind: 'MeshPolicy', metadata: { name: 'default' }, spec }];
}

/**
 * Returns the newest version that a release serves of each kind that steps may apply. Of a kind that it does not serve at
 * all, it is the oldest one, for the model to say that such an object does nothing.
 */
export function servedBy(release: Release): ServedVersions {
  return new Map(
    appliedKinds.map((kind) => {
      const [newest = kind.versions?.at(-1)?.name ?? ''] = versionsOn(release, kind);
      return [keyOf(kind), [newest]];
    }),
  );
}
