import { type Place, placesOf } from './places.ts';
import type { KubeObject } from './types.ts';

/**
 * Puts a manifest written for roles (full, partial, legacy) into a run's namespaces.
 * Takes the typed object and the namespace of each role; returns a copy in which every field that names a namespace
 * (see places.ts) names the run's. Short hosts, labels and all other text stay as they are.
 */
export function placeRoles<T extends KubeObject>(object: T, namespaces: Record<string, string>): T {
  const place = (role: string) => (Object.hasOwn(namespaces, role) ? (namespaces[role] ?? role) : role);
  const copy = structuredClone(object);
  for (const { path, holds } of placesOf(object.kind)) {
    rewrite(copy, path.split('.'), (text) => renamers[holds](text, place));
  }
  return copy;
}

/**
 * Turns a run's namespaces in a sentence back into roles, for reports: `full-ab12c/httpbin` into `full/httpbin`.
 * Takes the same map as placeRoles; a namespace that is part of a longer name is left alone.
 */
export function rolesOf(text: string, namespaces: Record<string, string>): string {
  const roles = new Map(Object.entries(namespaces).map(([role, namespace]) => [namespace, role]));
  return text.replace(/[A-Za-z0-9-]+/g, (word) => roles.get(word) ?? word);
}

type Rename = (role: string) => string;

const renamers: Record<Place['holds'], (text: string, rename: Rename) => string> = {
  namespace: (text, rename) => rename(text),
  host: renameInHost,
  'namespace/host': (text, rename) =>
    text.replace(/^([^/]+)\/(.+)$/, (_, namespace, host) => `${rename(namespace)}/${renameInHost(host, rename)}`),
  'namespace/name': (text, rename) => text.replace(/^([^/]+)(?=\/)/, rename),
  identity: (text, rename) =>
    text.replace(/(^|\/)ns\/([^/]+)(?=\/|$)/, (_, before, namespace) => `${before}ns/${rename(namespace)}`),
};

/** `httpbin.full`, `httpbin.full.svc`, `*.full.svc.cluster.local`, with a port or without. */
function renameInHost(host: string, rename: Rename): string {
  return host.replace(
    /^([^.:]+)\.([^.:]+)(?=(\.svc(\.[^:]*)?)?(:\d+)?$)/,
    (_, service, namespace) => `${service}.${rename(namespace)}`,
  );
}

function rewrite(value: unknown, path: string[], change: (text: string) => string): void {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null) return;
  const fields = value as Record<string, unknown>;
  for (const key of step === '*' ? Object.keys(fields) : [step]) {
    const field = fields[key];
    if (rest.length > 0) rewrite(field, rest, change);
    else if (typeof field === 'string') fields[key] = change(field);
  }
}
