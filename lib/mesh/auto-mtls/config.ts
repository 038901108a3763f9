import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, parse, parseDocument, type YAMLMap } from 'yaml';
import type { MeshChange } from '../../verdict/index.ts';

/** The one field of the mesh configuration that a run changes. */
const FIELD = 'enableAutoMtls';

/** Returns the field's value in a mesh configuration (YAML); undefined if the field is missing. */
export function autoMtlsIn(text: string): unknown {
  return fieldsOf(text)[FIELD];
}

/** Returns the text with the field set, or removed if the value is undefined. Every other character stays the same. */
export function withAutoMtls(text: string, value: unknown): string {
  const document = parseDocument(text);
  const root = document.contents;
  if (isMap(root) && !root.flow && root.items.length > 0) return inBlock(text, root, value);
  // An empty configuration, or one in braces, is formatted anew.
  if (value === undefined) document.delete(FIELD);
  else document.set(FIELD, value);
  return document.toString({ lineWidth: 0 });
}

/** Adds the field's line, removes it, or changes the value on it. */
function inBlock(text: string, { items }: YAMLMap, value: unknown): string {
  const pair = items.find(({ key }) => isScalar(key) && key.value === FIELD);
  const start = startOf((pair ?? items[0])?.key);
  const line = `${FIELD}: ${JSON.stringify(value)}`;
  if (pair === undefined) {
    if (value === undefined) return text;
    const indent = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
    return `${text.slice(0, start)}${line}\n${indent}${text.slice(start)}`;
  }
  const end = isScalar(pair.value) ? (pair.value.range?.[1] ?? start) : start;
  if (value !== undefined) return `${text.slice(0, start)}${line}${text.slice(end)}`;
  const next = text.indexOf('\n', end);
  return text.slice(0, text.lastIndexOf('\n', start - 1) + 1) + (next === -1 ? '' : text.slice(next + 1));
}

function startOf(key: unknown): number {
  return (isScalar(key) && key.range?.[0]) || 0;
}

/**
 * Compares two mesh configurations field by field. Order, comments and formatting do not matter.
 * @param before the earlier configuration, with enableAutoMtls as it should be
 * @returns a text for each difference, such as `trustDomain is "a.example", was "cluster.local"`
 */
export function changedFields(before: string, after: string): MeshChange[] {
  if (!isYaml(after)) return [{ isYaml: false }];
  if (!isYaml(before)) return [{ isYaml: true }];
  return differing(fieldsOf(before), fieldsOf(after), []);
}

/** Returns whether a text can be read as YAML. */
export function isYaml(text: string): boolean {
  return parseDocument(text).errors.length === 0;
}

function differing(before: unknown, after: unknown, path: string[]): MeshChange[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differing(before[key], after[key], [...path, key]));
  }
  return [
    { field: path.join('.'), ...(after !== undefined && { is: after }), ...(before !== undefined && { was: before }) },
  ];
}

function fieldsOf(text: string): Record<string, unknown> {
  const parsed: unknown = parse(text);
  return isRecord(parsed) ? parsed : {};
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
