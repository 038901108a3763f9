import type { KubeObject, Mesh } from '../types.ts';

/** Kinds of objects for which the mesh configuration has a default of exportTo. */
export type ExportedKind = keyof NonNullable<Mesh['exportTo']>;

/**
 * Returns whether an object of namespace `home` is visible in a namespace.
 * @param exportTo its own exportTo, or the default: `*` is all namespaces, `.` its own, `~` none
 */
export function isExportedTo(exportTo: string[], home: string, namespace: string): boolean {
  if (exportTo.includes('*')) return true;
  if (exportTo.includes('~')) return false;
  return exportTo.includes(namespace) || (namespace === home && exportTo.includes('.'));
}

/** Returns the mesh's default of exportTo for a kind; undefined if releases differ in what it means. */
export function defaultExport({ exportTo = {} }: Pick<Mesh, 'exportTo'>, kind: ExportedKind): string[] | undefined {
  const { [kind]: all = ['*'] } = exportTo;
  const [only = '', ...more] = all;
  return more.length === 0 && ['*', '.'].includes(only) ? all : undefined;
}

/** Returns whether a namespace sees an object: by its own exportTo or, without any, by the mesh's default for its kind. */
export function isSeenFrom(
  { metadata, spec = {} }: KubeObject & { spec?: { exportTo?: string[] } },
  namespace: string,
  mesh: Pick<Mesh, 'exportTo'>,
  kind: ExportedKind,
): boolean {
  const { exportTo = [] } = spec;
  const defaults = defaultExport(mesh, kind) ?? ['*'];
  return isExportedTo(exportTo.length > 0 ? exportTo : defaults, metadata.namespace ?? 'default', namespace);
}
