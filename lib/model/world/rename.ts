import { kindNamed, type NamespaceField } from '../../kinds/index.ts';
import type { KubeObject } from '../types.ts';

/**
 * Moves a manifest with a topology's names into a run's namespaces: returns a copy in which every field that names a
 * namespace (see lib/kinds) names the run's. Short hosts, labels and all other text stay as they are.
 * @param namespaces for each namespace of the topology, the run's
 */
export function placeInRun<T extends KubeObject>(object: T, namespaces: Record<string, string>): T {
  const place = (name: string) => (Object.hasOwn(namespaces, name) ? (namespaces[name] ?? name) : name);
  const copy = structuredClone(object);
  for (const { path, holds, key } of placesOf(object.kind)) {
    rewrite(copy, { path: path.split('.'), key, change: (text) => renamers[holds](text, place) });
  }
  return copy;
}

/**
 * Replaces a run's namespaces in a sentence by the topology's names, for reports: `full-ab12c/httpbin` by
 * `full/httpbin`. A namespace that is part of a longer name stays as it is.
 * @param namespaces the same as for placeInRun
 */
export function logicalNames(text: string, namespaces: Record<string, string>): string {
  const names = new Map(Object.entries(namespaces).map(([name, namespace]) => [namespace, name]));
  return text.replace(/[A-Za-z0-9-]+/g, (word) => names.get(word) ?? word);
}

/** Returns the fields in which objects of this kind name namespaces; every kind does in its metadata. */
function placesOf(kind: string): NamespaceField[] {
  return [{ path: 'metadata.namespace', holds: 'namespace' }, ...(kindNamed(kind)?.places ?? [])];
}

type Rename = (name: string) => string;

const renamers: Record<NamespaceField['holds'], (text: string, rename: Rename) => string> = {
  namespace: (text, rename) => rename(text),
  host: renameInHost,
  'namespace/host': (text, rename) =>
    text.replace(
      // A Sidecar's host may have `~` before its namespace.
      /^(~?)([^/]*)\/(.+)$/,
      (_, excluding, namespace, host) => `${excluding}${rename(namespace)}/${renameInHost(host, rename)}`,
    ),
  'namespace/name': (text, rename) => text.replace(/^([^/]+)(?=\/)/, rename),
  identity: (text, rename) =>
    text.replace(/(^|\/)ns\/([^/]+)(?=\/|$)/, (_, before, namespace) => `${before}ns/${rename(namespace)}`),
};

/** Handles `httpbin.full`, `httpbin.full.svc` and `*.full.svc.cluster.local`, with or without a port. */
function renameInHost(host: string, rename: Rename): string {
  return host.replace(
    /^([^.:]+)\.([^.:]+)(?=(\.svc(\.[^:]*)?)?(:\d+)?$)/,
    (_, service, namespace) => `${service}.${rename(namespace)}`,
  );
}

interface Rewriting {
  path: string[];
  /** The `key` that the object with the list must have; any will do if absent. */
  key: string | undefined;
  change: (text: string) => string;
}

function rewrite(value: unknown, { path, key, change }: Rewriting): void {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  const isList = rest.length === 1;
  if (isList && key !== undefined && fields['key'] !== key) return;
  for (const name of step === '*' ? Object.keys(fields) : [step]) {
    const field = fields[name];
    if (rest.length > 0) rewrite(field, { path: rest, key, change });
    else if (typeof field === 'string') fields[name] = change(field);
  }
}
