import type { World } from '../model/index.ts';
import {
  everyPair,
  type LintJson,
  lintJsonText,
  lintOf,
  meshFrom,
  type ObjectName,
  type Plan,
  type PlanJson,
  planBetween,
  planJsonText,
  planOf,
  readManifests,
  type Snapshot,
  type SurveyJson,
  strictEdit,
  strictnessOf,
  surveyJsonText,
  surveyOf,
  type UpgradeJson,
  upgradeJsonText,
  upgradeOf,
} from '../survey/index.ts';

// What automtls check, lint, plan and upgrade say of manifests, as their JSON, whose schemas the package has.

/** The text of manifests, as `kubectl apply -f` takes it; or several, each with the name that messages give it. */
export type Manifests = string | readonly { file: string; text: string }[];

/** What is done to a mesh: something is applied or deleted; a namespace, or `mesh`, becomes STRICT; or it is another. */
export type PlannedChange =
  | { apply?: Manifests; remove?: readonly ObjectName[] }
  | { strict: string }
  | { to: Manifests };

/**
 * Returns what each pair of a mesh comes to, as `automtls check --print json` does.
 * @param istio the release whose rules apply, such as `1.31`
 * @throws UsageError if the manifests cannot be read, or the release is not known
 */
export function check(manifests: Manifests, { istio }: { istio: string }): SurveyJson {
  const survey = surveyOf(meshFrom(snapshotOf(manifests), istio), everyPair);
  return JSON.parse(surveyJsonText(survey, { strictness: strictnessOf(survey) }));
}

/**
 * Returns what is wrong with a mesh, as `automtls lint --print json` does.
 * @param istio the release whose rules apply, such as `1.31`
 * @throws UsageError if the manifests cannot be read, or the release is not known
 */
export function lint(manifests: Manifests, { istio }: { istio: string }): LintJson {
  return JSON.parse(lintJsonText(lintOf(meshFrom(snapshotOf(manifests), istio))));
}

/**
 * Returns what a change does to the pairs of a mesh, as `automtls plan --print json` does.
 * @param manifests the mesh of now
 * @param istio the release whose rules apply, such as `1.31`
 * @throws UsageError if manifests cannot be read, the release is not known, or what is to be deleted is not there
 */
export function plan(manifests: Manifests, change: PlannedChange, { istio }: { istio: string }): PlanJson {
  return JSON.parse(planJsonText(planned(snapshotOf(manifests), change, istio)));
}

/**
 * Returns what another release of Istio does to the pairs of a mesh, as `automtls upgrade --print json` does.
 * @throws UsageError if the manifests cannot be read, a release is not known, or both are the same
 */
export function upgrade(manifests: Manifests, { from, to }: { from: string; to: string }): UpgradeJson {
  return JSON.parse(upgradeJsonText(upgradeOf(snapshotOf(manifests), { from, to })));
}

/**
 * Returns what the model takes, of a mesh. Workloads and Services are in the manifests, and so are the policies.
 * @param istio the release whose rules apply, such as `1.31`
 * @throws UsageError if the manifests cannot be read, or the release is not known
 */
export function worldOf(manifests: Manifests, { istio }: { istio: string }): World {
  const { plane, workloads, services, writtenEndpoints, policies } = meshFrom(snapshotOf(manifests), istio);
  return {
    mesh: plane.mesh,
    workloads: workloads.map(({ workload }) => workload),
    services: [...services],
    writtenEndpoints,
    policies: [...policies],
  };
}

function planned(base: Snapshot, change: PlannedChange, istio: string): Plan {
  if ('to' in change) return planBetween(base, snapshotOf(change.to), istio);
  if ('strict' in change) return planOf(base, strictEdit(meshFrom(base, istio), change.strict), istio);
  const { apply, remove = [] } = change;
  return planOf(base, { remove, apply: apply === undefined ? undefined : snapshotOf(apply) }, istio);
}

function snapshotOf(manifests: Manifests): Snapshot {
  return readManifests(typeof manifests === 'string' ? [{ file: 'manifests', text: manifests }] : manifests);
}
