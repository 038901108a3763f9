import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { manifests } from '../../builds/index.ts';
import type { Api } from './api.ts';

/** The fields of a Kubernetes object that determine its API path. */
interface ObjectHeader {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Applies the cluster's DNS. */
export async function applyAddons(api: Api): Promise<void> {
  const documents = parseAllDocuments(await readFile(join(manifests, 'coredns.yaml'), 'utf8'));
  const objects = documents.map((document): ObjectHeader => document.toJS());
  await Promise.all(objects.map((object) => api.apply(pathOf(object), JSON.stringify(object), 'automtls')));
}

/**
 * Applies Istio's CRDs in parallel and returns their names. istioctl would apply them one by one and then wait for two
 * seconds. Parsing would take long and is not needed, since every document has the same form.
 */
export async function applyDefinitions(api: Api, file: string): Promise<string[]> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  const documents = (await readFile(file, 'utf8')).split(/^---$/m).filter((text) => /^kind:/m.test(text));
  const names = documents.map(nameIn);
  await Promise.all(documents.map((text, index) => api.apply(`${path}/${names[index]}`, text, 'automtls')));
  return names;
}

/** Returns the name in an object's YAML. */
export function nameIn(text: string): string {
  const name = /^ {2}name: (\S+)$/m.exec(text)?.[1];
  if (name === undefined) throw new Error(`an object without a name: ${text.slice(0, 200)}`);
  return name;
}

/** Returns the API path of an addon's object; all kinds among the addons have regular plurals. */
export function pathOf({ apiVersion, kind, metadata }: ObjectHeader): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${namespace}/${kind.toLowerCase()}s/${metadata.name}`;
}
