import { messageOf, UsageError } from '../errors.ts';
import { newestBuilt } from '../istio/releases.ts';
import type { Served } from '../kube/kinds.ts';
import { atLeast, parseRelease } from '../model/release.ts';
import { topologyOf } from '../model/topology.ts';
import type { AuthenticationPolicy, KubeObject, Release, World } from '../model/types.ts';
import { stepObjects, workloadObjects } from '../run/manifests.ts';
import type { AskStep } from '../run/suite.ts';
import type { Topology } from '../run/topology.ts';

// What stands for a cluster where there is none: a step as the manifests have it, on a release.

/**
 * Returns the release whose rules count.
 * @param istio as `--istio` has it; that of the native cluster where it is left out
 * @throws UsageError where that is no release
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
  const api = atLeast(release, '1.5') ? 'security.istio.io' : 'authentication.istio.io';
  return stepObjects(step.objects, api, {}, servedBy(release));
}

/** Returns all that Istio's rules look at during a step on a release, in the topology's own names. */
export function offlineWorld(topology: Topology, step: AskStep, release: Release): World {
  return {
    mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: step.autoMtls ?? true },
    ...topologyOf(workloadObjects([topology], {}), release),
    policies: [...meshPolicies(release), ...offlineObjects(step, release)],
  };
}

/** The task begins where PERMISSIVE is the mesh's default, which up to 1.4 takes a MeshPolicy. */
function meshPolicies(release: Release): AuthenticationPolicy[] {
  if (atLeast(release, '1.5')) return [];
  const spec = { peers: [{ mtls: { mode: 'PERMISSIVE' as const } }] };
  return [{ apiVersion: 'authentication.istio.io/v1alpha1', kind: 'MeshPolicy', metadata: { name: 'default' }, spec }];
}

/** The API versions of a release: the table in the release notes of Istio. */
function servedBy(release: Release): Served {
  const version = atLeast(release, '1.22') ? 'v1' : 'v1beta1';
  return new Map([
    ['PeerAuthentication.security.istio.io', [version]],
    ['Policy.authentication.istio.io', ['v1alpha1']],
    ['DestinationRule.networking.istio.io', [atLeast(release, '1.5') ? version : 'v1alpha3']],
  ]);
}
