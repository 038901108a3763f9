import type { Mesh } from './types.ts';

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
