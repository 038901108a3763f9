import { NEWEST_SNAPSHOT } from '../cluster/choose.ts';
import { messageOf, UsageError } from '../errors.ts';
import type { PolicyApi } from '../istio/detect.ts';
import { predict } from '../model/predict.ts';
import { atLeast, parseRelease } from '../model/release.ts';
import { topologyOf } from '../model/topology.ts';
import type { AuthenticationPolicy, Release, World } from '../model/types.ts';
import { outcomeWords } from '../probe/judge.ts';
import { type Served, stepObjects, workloadObjects } from '../run/manifests.ts';
import { idOf, pairsOf, questionOf } from '../run/pairs.ts';
import type { AskStep, Role, Suite } from '../run/suite.ts';

/** The roles as they stand in the manifests. */
const roles: Record<Role, string> = { full: 'full', partial: 'partial', legacy: 'legacy' };

/** Returns the suites with their steps and pairs. Needs no cluster. */
export function listSuites(suites: readonly Suite[]): string {
  return suites
    .map((suite) =>
      [
        headOf(suite),
        ...suite.steps.map(
          (step) =>
            `  ${step.title}${step.kind === 'ask' ? ` (${pairsOf(step).length === 1 ? '1 pair' : `${pairsOf(step).length} pairs`})` : ''}`,
        ),
      ].join('\n'),
    )
    .join('\n\n');
}

/**
 * Returns what is expected of each pair at each step, and why. Needs no cluster.
 * @param istio the release whose rules count; the newest where it is left out
 * @throws UsageError where that is no release
 */
export function explain(suites: readonly Suite[], istio: string = NEWEST_SNAPSHOT): string {
  const release = releaseOf(istio);
  return suites
    .map((suite) => ({ suite, asked: suite.steps.filter((step) => step.kind === 'ask') }))
    .filter(({ asked }) => asked.length > 0)
    .map(({ suite, asked }) => [headOf(suite), ...asked.map((step) => explainStep(step, release))].join('\n'))
    .join('\n\n');
}

function explainStep(step: AskStep, release: Release): string {
  const api: PolicyApi = atLeast(release, '1.5') ? 'security.istio.io' : 'authentication.istio.io';
  const world: World = {
    mesh: { release, rootNamespace: 'istio-system', trustDomain: 'cluster.local', autoMtls: step.autoMtls ?? true },
    ...topologyOf(workloadObjects(roles), release),
    policies: [...meshPolicies(release), ...stepObjects(step.objects, api, roles, servedBy(release))],
  };
  const cells = pairsOf(step).map((pair) => {
    const { outcomes, reasons } = predict(world, questionOf(pair, roles));
    const expected = outcomes.map(({ outcome }) => outcomeWords(outcome)).join(' or ');
    return [`    ${idOf(pair)}: ${expected}`, ...reasons.map(({ text, source }) => `      ${text} [${source}]`)].join(
      '\n',
    );
  });
  return [`  ${step.title}`, ...cells].join('\n');
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
    ['security.istio.io', [version]],
    ['authentication.istio.io', ['v1alpha1']],
    ['networking.istio.io', [atLeast(release, '1.5') ? version : 'v1alpha3']],
  ]);
}

function headOf({ name, title, about, meshWide }: Suite): string {
  return `${name}: ${title}\n  ${about}${meshWide ? '\n  Changes the mesh for everybody: only on a cluster of this project, or with --mesh-wide.' : ''}`;
}

function releaseOf(istio: string): Release {
  try {
    return parseRelease(istio);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}
