import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KubeObject } from '../model/index.ts';
import { formatSchemaError, messageOf, UsageError } from '../platform/errors.ts';
import { quoted } from '../platform/shell.ts';
import { documentsIn } from './documents.ts';
import { isPolicyName } from './manifests.ts';
import { assertSound } from './scenario.ts';
import { suiteSchema } from './schemas.ts';
import type { AskStep, OwnAskStep, OwnSuite, Step, Suite } from './suite.ts';
import { isTopologyName, type Topology, topologyIn } from './topology.ts';
import { assertStepObject } from './valid-objects.ts';

// Suites in a folder of the user's: a file for each, with the folders `topologies` and `policies` beside them.

/** A folder with suites. */
interface Folder {
  path: string;
  /** The path as people know it, for messages. */
  shown: string;
  /** The topologies that were read, by name: suites that name the same one share it. */
  topologies: Map<string, Topology>;
}

/**
 * Reads the suites in a folder of the user's: the default exports of its modules, in the order of their names. What a
 * suite names is in the folders `topologies` and `policies` there, or is this project's.
 * @param shown the path as people know it, for messages
 * @param taken names that no suite may have
 * @throws UsageError that names the file, if it is no sound suite
 */
export async function suitesIn(path: string, shown: string, taken: readonly string[]): Promise<Suite[]> {
  const folder: Folder = { path, shown, topologies: new Map() };
  const suites: Suite[] = [];
  for (const file of modulesIn(folder)) {
    const suite = await suiteFrom(folder, file);
    const others = [...taken, ...suites.map(({ name }) => name)];
    if (others.includes(suite.name)) {
      throw new UsageError(`${join(shown, file)}: there is a suite "${suite.name}" already: give it another name.`);
    }
    suites.push(suite);
  }
  return suites;
}

function modulesIn({ path, shown }: Folder): string[] {
  const files = namesIn(path, shown).filter((name) => /\.m?[jt]s$/.test(name) && !name.endsWith('.d.ts'));
  if (files.length > 0) return files;
  throw new UsageError(`${shown} has no suite: each is the default export of a file, such as shop.ts or shop.mjs.`);
}

function namesIn(path: string, shown: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    throw new UsageError(`${shown} cannot be read (${messageOf(error)}): name a folder with suites.`);
  }
}

async function suiteFrom(folder: Folder, name: string): Promise<Suite> {
  const file = join(folder.shown, name);
  const exported = await defaultExport(join(folder.path, name), file);
  const parsed = suiteSchema.safeParse(exported);
  if (!parsed.success) {
    // What is unknown is first: it is what a name that is missing was mistyped as.
    const issues = parsed.error.issues.toSorted((a, b) => Number(isUnknown(b)) - Number(isUnknown(a)));
    throw new UsageError(`${file}: its default export is no suite (${formatSchemaError({ issues })}).`);
  }
  try {
    const suite = withOwnFiles(exported as OwnSuite, folder);
    assertSound([suite]);
    return suite;
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}

function isUnknown({ code }: { code: string | undefined }): boolean {
  return code === 'unrecognized_keys';
}

async function defaultExport(path: string, file: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new UsageError(`${file} cannot be loaded: ${whatIsWrong(error, file)}.`);
  }
  if (module.default !== undefined) return module.default;
  throw new UsageError(
    `${file} has no default export: write \`export default\` before its suite, or put what suites share into a folder below.`,
  );
}

/** Returns what an error says. Node puts the line of a wrong syntax of TypeScript above the stack, and keeps JavaScript's. */
function whatIsWrong(error: unknown, file: string): string {
  if (!isSyntaxError(error)) return messageOf(error);
  if (/'export'|import statement/.test(error.message)) {
    return 'package.json says that it is no ES module: name it .mts or .mjs, or write "type": "module" there';
  }
  const [, line] = /^.+:(\d+)\n/.exec(error.stack ?? '') ?? [];
  return line === undefined
    ? `${error.message}: node --check ${quoted(file)} shows where`
    : `${error.message} (line ${line})`;
}

/** Jest's modules have another SyntaxError. */
function isSyntaxError(error: unknown): error is SyntaxError {
  return error instanceof Error && error.name === 'SyntaxError';
}

/** Returns a suite with the topology and the policies in it that it names, where the folder has them. */
function withOwnFiles(suite: OwnSuite, folder: Folder): Suite {
  return {
    ...suite,
    topology: ownTopology(suite.topology, folder),
    steps: suite.steps.map((step): Step => (step.kind === 'ask' ? withOwnPolicies(step, folder) : step)),
  };
}

function ownTopology(name: string, { path, shown, topologies }: Folder): string | Topology {
  const within = join('topologies', name);
  if (!existsSync(join(path, within))) {
    if (isTopologyName(name)) return name;
    throw new UsageError(
      `there is no topology "${name}": neither a folder ${join(shown, within)}, nor one of automtls.`,
    );
  }
  if (isTopologyName(name)) {
    throw new UsageError(`automtls has a topology "${name}": give the folder ${join(shown, within)} another name.`);
  }
  const known = topologies.get(name) ?? topologyIn(join(path, within), { name, shown: join(shown, within) });
  topologies.set(name, known);
  return known;
}

function withOwnPolicies(step: OwnAskStep, { path, shown }: Folder): AskStep {
  const objects = step.objects.flatMap((one): (string | KubeObject)[] => {
    if (typeof one !== 'string') return [one];
    const within = join('policies', `${one}.yaml`);
    if (!existsSync(join(path, within))) {
      if (isPolicyName(one)) return [one];
      throw new UsageError(`there is no policy "${one}": neither a file ${join(shown, within)}, nor one of automtls.`);
    }
    const read = documentsIn(join(path, within), join(shown, within));
    for (const object of read) assertStepObject(object, join(shown, within));
    return read;
  });
  return { ...step, objects };
}
