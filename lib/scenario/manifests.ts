import { existsSync, readdirSync } from 'node:fs';
import { kinds } from '../kinds/index.ts';
import { type KubeObject, type ObjectMeta, placeInRun } from '../model/index.ts';
import { UsageError } from '../platform/errors.ts';
import type { PolicyApi } from '../platform/istio/index.ts';
import { type ServedVersions, servedVersion } from '../platform/kube/index.ts';
import { SENT_ANNOTATION, STATS_ANNOTATION } from '../probe/index.ts';
import { documents, manifestsFolder } from './documents.ts';
import type { Ages, AskStep } from './suite.ts';
import type { Topology } from './topology.ts';

/** Returns the objects of topologies in the run's namespaces, in the order in which to create them. */
export function workloadObjects(topologies: readonly Topology[], namespaces: Record<string, string>): KubeObject[] {
  return topologies.flatMap(({ objects }) => objects).map((object) => counted(placeInRun(object, namespaces)));
}

/** Makes the sidecars of a Deployment's pods count their connections. Unlike a header, the counts prove mutual TLS. */
function counted(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const { spec } = object as KubeObject & { spec: { template: { metadata?: ObjectMeta } } };
  const { metadata } = spec.template;
  const annotations = { ...metadata?.annotations, ...STATS_ANNOTATION, ...SENT_ANNOTATION };
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  } as KubeObject;
}

/**
 * Returns the objects that a step applies, in the run's namespaces and in API versions that the cluster serves.
 * @param objects objects, or names of files in manifests/policies without folder and extension
 * @throws UsageError if there is no such file, or if the cluster does not serve an object's kind
 */
export function stepObjects(
  objects: AskStep['objects'],
  api: PolicyApi,
  namespaces: Record<string, string>,
  served: ServedVersions,
): KubeObject[] {
  return objects
    .flatMap((one) => (typeof one === 'string' ? documents(fileOf(one, api)) : [one]))
    .map((object) => inServedVersion(placeInRun(object, namespaces), served));
}

/** Returns the objects with the relative ages that a step needs, for predictions before the objects are stored. */
export function withAges(objects: KubeObject[], ages: Ages | undefined): KubeObject[] {
  if (ages === undefined) return objects;
  return objects.map((object, at) => {
    const creationTimestamp = new Date(ages === 'in-order' ? at * 1000 : 0).toISOString();
    return { ...object, metadata: { ...object.metadata, creationTimestamp } };
  });
}

/**
 * Returns the object in its own API version if the cluster serves its kind in that one, otherwise in the newest one
 * served.
 * @throws UsageError if the cluster does not serve the kind
 */
export function inServedVersion<T extends KubeObject>(object: T, served: ServedVersions): T {
  const [group = '', version = ''] = object.apiVersion.split('/');
  const apiVersion = servedVersion(served, { group, kind: object.kind }, version);
  if (apiVersion === undefined) {
    throw new UsageError(
      `The cluster serves ${object.kind} of ${group} in no version: is Istio installed there, with all of its CRDs?`,
    );
  }
  return { ...object, apiVersion };
}

/**
 * Returns the objects of a step as they are written, of every generation of the policy API, each with its file in
 * `manifests/` if it is in one.
 * @throws UsageError if there is no such file
 */
export function writtenObjects(objects: AskStep['objects']): { object: KubeObject; file?: string }[] {
  return objects.flatMap((one) => {
    if (typeof one !== 'string') return [{ object: one }];
    const found = filesOf(one, policyApis);
    const files = found.length > 0 ? found : [fileOf(one, policyApis[0])];
    return files.flatMap((file) => documents(file).map((object) => ({ object, file })));
  });
}

const policyApis = [kinds.PeerAuthentication.group, kinds.Policy.group] as const satisfies PolicyApi[];

/** The API of rules, which all releases have. */
const ruleApi = kinds.DestinationRule.group;

/** Returns the files of this name: for one of these policy APIs, or of rules. */
function filesOf(name: string, apis: readonly PolicyApi[]): string[] {
  return [...apis, ruleApi]
    .map((folder) => `policies/${folder}/${name}.yaml`)
    .filter((file) => existsSync(`${manifestsFolder}${file}`));
}

/** Returns whether `manifests/policies` has a file of this name. */
export function isPolicyName(name: string): boolean {
  return filesOf(name, policyApis).length > 0;
}

function fileOf(name: string, api: PolicyApi): string {
  const [file] = filesOf(name, [api]);
  if (file !== undefined) return file;
  const folders = [api, ruleApi].map((folder) => `policies/${folder}/`);
  const there = folders
    .flatMap((one) => readdirSync(`${manifestsFolder}${one}`))
    .map((file) => file.replace('.yaml', ''));
  throw new UsageError(
    `There is no ${name}.yaml in manifests/${folders.join(' or manifests/')}; they have: ${there.join(', ')}.`,
  );
}
