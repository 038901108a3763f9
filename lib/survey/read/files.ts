import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LineCounter, parseAllDocuments } from 'yaml';
import { type KubeObject, nameOf } from '../../model/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import type { Place, Snapshot } from '../snapshot.ts';
import { isLookedAt, kindsInstead } from './kinds.ts';
import { refusedIn } from './modes.ts';

/** A text with the name by which people know it. */
export interface Manifest {
  file: string;
  text: string;
}

interface Placed {
  object: KubeObject;
  place: Place;
}

/**
 * Returns the texts of files and of the YAML and JSON files in folders, in the order of their names.
 * @param stdin returns what is on standard input, which `-` names
 * @throws UsageError if one cannot be read, or a folder has none
 */
export async function manifestsIn(
  paths: readonly string[],
  { resolve, stdin }: { resolve: (path: string) => string; stdin: () => Promise<string> },
): Promise<Manifest[]> {
  const found: Manifest[] = [];
  for (const path of paths) {
    if (path === '-') {
      found.push({ file: 'standard input', text: await stdin() });
      continue;
    }
    const files = await filesIn(resolve(path), path);
    if (files.length === 0) throw new UsageError(`${path} has no .yaml, .yml or .json file: name another folder.`);
    for (const { at, file } of files) found.push({ file, text: await textIn(at, file) });
  }
  return found;
}

/**
 * Returns what a mesh looks at in manifests: objects of YAML documents and of Lists, each with its place. What is in no
 * namespace is in `default`, as with kubectl.
 * @throws UsageError that names file and line if a text is not YAML, or an object is there twice
 */
export function readManifests(manifests: readonly Manifest[]): Snapshot {
  const all = manifests.flatMap(placedIn);
  const objects = new Map<string, KubeObject[]>();
  const places = new Map<KubeObject, Place>();
  const leftOut = new Map<string, number>();
  const seen = new Map<string, Place>();
  for (const { object, place } of all) {
    if (!isLookedAt(object)) {
      leftOut.set(object.kind, (leftOut.get(object.kind) ?? 0) + 1);
      continue;
    }
    const name = nameOf(object);
    const before = seen.get(name);
    if (before !== undefined) {
      throw new UsageError(
        `${name} is there twice, in ${placeWords(before)} and in ${placeWords(place)}: name only what is applied together, such as one overlay.`,
      );
    }
    seen.set(name, place);
    places.set(object, place);
    objects.set(object.kind, [...(objects.get(object.kind) ?? []), object]);
  }
  const files = manifests.map(({ file }) => file);
  const label = files.length > 3 ? `${files.length} files` : files.join(', ');
  return { source: 'files', label, objects, applied: [], places, unread: [], leftOut };
}

/** Returns a place as editors understand it, such as `mesh/strict.yaml:12`. */
export function placeWords({ file, line }: Place): string {
  return `${file}:${line}`;
}

async function filesIn(at: string, file: string): Promise<{ at: string; file: string }[]> {
  try {
    if (!(await stat(at)).isDirectory()) return [{ at, file }];
    const names = (await readdir(at, { withFileTypes: true }))
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .filter((entry) => entry.isDirectory() || /\.(ya?ml|json)$/.test(entry.name))
      .map(({ name }) => name)
      .sort();
    const within = await Promise.all(names.map((name) => filesIn(join(at, name), join(file, name))));
    return within.flat();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file} cannot be read (${messageOf(error)}): name a file or a folder of manifests.`);
  }
}

async function textIn(at: string, file: string): Promise<string> {
  try {
    return await readFile(at, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${messageOf(error)}).`);
  }
}

function placedIn({ file, text }: Manifest): Placed[] {
  const lines = new LineCounter();
  // What is wrong is an error, and what YAML warns of is none.
  return parseAllDocuments(text, { lineCounter: lines, logLevel: 'error' }).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw notYaml(file, lines.linePos(error.pos[0]).line, text, error.message);
    const start = document.contents?.range?.[0] ?? document.range[0];
    const place = { file, line: lines.linePos(start).line };
    let value: unknown;
    try {
      value = withoutNulls(document.toJS());
    } catch (reason) {
      throw notYaml(file, place.line, text, messageOf(reason));
    }
    // As in kubectl, nothing between two `---` is no object.
    return value === null || value === undefined ? [] : objectsIn(value, place);
  });
}

/** A field that is null is as one that is absent to an API server. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(fields.map(([name, field]) => [name, withoutNulls(field)]));
}

/** What a Helm template has in place of values. */
const TEMPLATE = /\{\{.*\}\}/;
const RENDER = 'it looks like a Helm template: render it with `helm template`, and give the output to -f -';

function notYaml(file: string, line: number, text: string, message: string): UsageError {
  const [first = ''] = message.split('\n');
  const advice = TEMPLATE.test(text) ? RENDER : 'correct it, or name only folders of manifests';
  return new UsageError(`${placeWords({ file, line })} is not YAML (${first.replace(/ at line .*$/, '')}): ${advice}.`);
}

/** Returns the objects that a document holds; none if it is something else, such as the values of a Helm chart. */
function objectsIn(value: unknown, place: Place): Placed[] {
  if (typeof value !== 'object' || value === null) return [];
  const { apiVersion, kind, items, metadata } = value as Record<string, unknown>;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return [];
  if (kind.endsWith('List') && Array.isArray(items)) return items.flatMap((item) => objectsIn(item, place));
  const instead = kindsInstead({ apiVersion, kind });
  if (instead !== undefined) {
    throw new UsageError(`${placeWords(place)}: ${apiVersion} has no kind ${kind}: it has ${instead.join(', ')}.`);
  }
  const { name } = (metadata ?? {}) as { name?: unknown };
  // What is made for a tool, such as a Kustomization, need not have a name.
  if (typeof name !== 'string' && !isLookedAt({ apiVersion, kind })) return [];
  if (typeof name !== 'string') {
    // `{{ .Values.name }}` is YAML, too: a mapping.
    const advice = typeof name === 'object' && name !== null ? RENDER : 'give it one';
    throw new UsageError(`${placeWords(place)} has a ${kind} without a name: ${advice}.`);
  }
  if (TEMPLATE.test(`${name} ${(metadata as { namespace?: unknown }).namespace}`)) {
    throw new UsageError(`${placeWords(place)}: the ${kind} ${name} has a name that is not filled in: ${RENDER}.`);
  }
  const object = inNamespace(value as KubeObject);
  const refused = refusedIn(object);
  if (refused !== undefined) throw new UsageError(`${placeWords(place)}: ${refused}. An API server refuses it.`);
  return [{ object, place }];
}

const clusterWide = new Set(['Namespace', 'MeshPolicy', 'MutatingWebhookConfiguration']);

function inNamespace(object: KubeObject): KubeObject {
  if (clusterWide.has(object.kind) || object.metadata.namespace !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, namespace: 'default' } };
}
