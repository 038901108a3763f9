import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { manifests } from '../../build/manifests.ts';
import type { Api } from './api.ts';

/** A Kubernetes object, as far as its path tells. */
interface Named {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Applies the cluster's DNS. */
export async function applyAddons(api: Api): Promise<void> {
  const documents = parseAllDocuments(await readFile(join(manifests, 'coredns.yaml'), 'utf8'));
  const objects = documents.map((document): Named => document.toJS());
  await Promise.all(objects.map((object) => api.apply(pathOf(object), JSON.stringify(object), 'automtls')));
}

/**
 * Applies Istio's resource definitions, all at once, and returns their names: istioctl would apply one after the other,
 * and then wait for two seconds. As their text is long and of a regular form, it is not parsed.
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

/** Returns the path of an object of the addons, all of which have regular plurals. */
export function pathOf({ apiVersion, kind, metadata }: Named): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${namespace}/${kind.toLowerCase()}s/${metadata.name}`;
}
