import { stringify } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { app } from '../survey/fixtures.ts';
import { readManifests } from '../survey/read/files.ts';
import type { Snapshot } from '../survey/snapshot.ts';

/** Returns manifests as they are read from one file. */
export function manifestsOf(objects: readonly KubeObject[], file = 'shop.yaml'): Snapshot {
  return readManifests([{ file, text: objects.map((object) => stringify(object)).join('---\n') }]);
}

/** Returns an object of another kind, whose pods are those of a Deployment. */
export function ofKind(kind: string, where: string, name: string, spec: object = {}): KubeObject {
  const [deployment] = app(where, name);
  const { template } = (deployment as KubeObject & { spec: { template: object } }).spec;
  const apiVersion = ['Job', 'CronJob'].includes(kind) ? 'batch/v1' : 'apps/v1';
  const made = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion, kind, metadata: { name, namespace: where }, spec: { ...made, ...spec } } as KubeObject;
}
