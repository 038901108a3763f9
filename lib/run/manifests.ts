import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { UsageError } from '../errors.ts';
import type { PolicyApi } from '../istio/detect.ts';
import { type Served, servedVersion } from '../kube/kinds.ts';
import { placeRoles } from '../model/rename.ts';
import type { KubeObject, ObjectMeta } from '../model/types.ts';
import { STATS_ANNOTATION } from '../probe/counters.ts';
import type { Manifest, Role } from './suite.ts';

/** The roles as they stand in the manifests. */
export const roles: Record<Role, string> = { full: 'full', partial: 'partial', legacy: 'legacy' };

const root = fileURLToPath(new URL('../../manifests/', import.meta.url));

/** Returns the objects of the task's three namespaces, in the order in which to make them. */
export function workloadObjects(namespaces: Record<Role, string>): KubeObject[] {
  return (['full', 'partial', 'legacy'] as const)
    .flatMap((role) => documents(`workloads/${role}.yaml`))
    .map((object) => counted(placeRoles(object, namespaces)));
}

/** Has the sidecars of a Deployment's pods count their connections, which tells mutual TLS from a header that says so. */
function counted(object: KubeObject): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const { spec } = object as KubeObject & { spec: { template: { metadata?: ObjectMeta } } };
  const { metadata } = spec.template;
  const annotations = { ...metadata?.annotations, ...STATS_ANNOTATION };
  return {
    ...object,
    spec: { ...spec, template: { ...spec.template, metadata: { ...metadata, annotations } } },
  } as KubeObject;
}

/**
 * Returns the objects that a step applies, in the run's namespaces and in API versions that the cluster serves.
 * @throws UsageError where the cluster does not serve an object's kind.
 */
export function stepObjects(
  manifests: Manifest[],
  api: PolicyApi,
  namespaces: Record<Role, string>,
  served: Served,
): KubeObject[] {
  return manifests
    .flatMap((manifest) => documents(fileOf(manifest, api)))
    .map((object) => inServedVersion(placeRoles(object, namespaces), served));
}

/** Returns the object in its own API version where that serves its kind, else in the newest one that does. */
export function inServedVersion<T extends KubeObject>(object: T, served: Served): T {
  const [group = '', version = ''] = object.apiVersion.split('/');
  const apiVersion = servedVersion(served, { group, kind: object.kind }, version);
  if (apiVersion === undefined) {
    throw new UsageError(
      `The cluster serves ${object.kind} of ${group} in no version: is Istio installed there, with all of its CRDs?`,
    );
  }
  return { ...object, apiVersion };
}

function fileOf(manifest: Manifest, api: PolicyApi): string {
  const folder = manifest.startsWith('rule-') ? 'networking.istio.io' : api;
  return `steps/${folder}/${manifest}.yaml`;
}

function documents(file: string): KubeObject[] {
  if (!existsSync(`${root}${file}`)) {
    const there = readdirSync(dirname(`${root}${file}`)).map((name) => name.replace(/\.yaml$/, ''));
    throw new UsageError(`There is no manifests/${file}; that folder has: ${there.join(', ')}.`);
  }
  return parseAllDocuments(readFileSync(`${root}${file}`, 'utf8')).map((document) => document.toJS() as KubeObject);
}
