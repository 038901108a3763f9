import { existsSync, globSync } from 'node:fs';
import { cp, mkdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What GitHub keeps besides issues: caches from run to run, artifacts within a run. Both are folders here. */
export interface Storage {
  /** A folder of the test's own. */
  folder: string;
  /** Oldest first. A cache is found only by who names the same path. */
  caches: { key: string; path: string; folder: string }[];
  artifacts: Map<string, string>;
}

/** What a step that uses an action has of the job. */
export interface Job {
  workspace: string;
  storage: Storage;
}

type Inputs = Record<string, string>;
type Action = (inputs: Inputs, job: Job) => Promise<Record<string, string>>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const done = async (): Promise<Record<string, string>> => ({});

/** GitHub's own actions as far as workflows of this project use them, each as copies of folders. */
const actions: Record<string, Action> = {
  'actions/checkout': async ({ 'persist-credentials': credentials }, { workspace }) => {
    if (credentials !== 'false') throw new Error('a checkout leaves its token to every step after it');
    await checkOut(workspace);
    return {};
  },
  // This machine has Node and Go, and what is cached under the home directory.
  'actions/setup-node': done,
  'actions/setup-go': done,
  'actions/cache': done,
  'actions/cache/restore': async ({ key = '', path = '', 'restore-keys': prefix }, { workspace, storage }) => {
    const same = storage.caches.filter((cache) => cache.path === path);
    const found =
      same.find((cache) => cache.key === key) ??
      same.findLast((cache) => prefix !== undefined && cache.key.startsWith(prefix));
    if (found === undefined) return { 'cache-hit': '' };
    await cp(found.folder, workspace, { recursive: true });
    return { 'cache-hit': String(found.key === key), 'cache-matched-key': found.key };
  },
  'actions/cache/save': async ({ key = '', path = '' }, { workspace, storage }) => {
    if (storage.caches.some((cache) => cache.key === key && cache.path === path)) return {};
    const folder = join(storage.folder, `cache-${storage.caches.length}`);
    const there = linesOf(path).filter((one) => existsSync(join(workspace, one)));
    for (const one of there) await cp(join(workspace, one), join(folder, one), { recursive: true });
    storage.caches.push({ key, path, folder });
    return {};
  },
  'actions/upload-artifact': async ({ name = '', path = '', overwrite }, { workspace, storage }) => {
    if (storage.artifacts.has(name) && overwrite !== 'true') throw new Error(`there is an artifact ${name} already`);
    const paths = linesOf(path)
      .flatMap((one) => (one.includes('*') ? globSync(one, { cwd: workspace }) : [one]))
      .map((one) => resolve(workspace, one));
    const there = paths.filter((one) => existsSync(one));
    if (there.length === 0) return {};
    const folder = join(storage.folder, `artifact-${storage.artifacts.size}-${name}`);
    await mkdir(folder, { recursive: true });
    for (const one of there) await keep(one, paths.length === 1, folder, workspace);
    storage.artifacts.set(name, folder);
    return {};
  },
  'actions/download-artifact': async (inputs, { workspace, storage }) => {
    const { name, pattern, path = '.' } = inputs;
    const wanted = name ?? pattern ?? '*';
    // Without it, where artifacts go hangs on how many there are.
    if (name === undefined && inputs['merge-multiple'] !== 'true') throw new Error('merge-multiple must be true');
    const names = [...storage.artifacts.keys()].filter((one) =>
      wanted.endsWith('*') ? one.startsWith(wanted.slice(0, -1)) : one === wanted,
    );
    if (name !== undefined && names.length === 0) throw new Error(`there is no artifact ${name}`);
    for (const one of names) await cp(storage.artifacts.get(one) as string, join(workspace, path), { recursive: true });
    return {};
  },
};

/**
 * Performs a step that uses one of GitHub's actions, pinned by the hash of a commit. Returns its outputs.
 * Throws at actions that are not known here.
 */
export async function use(action: string, inputs: Inputs, job: Job): Promise<Record<string, string>> {
  const [, name = ''] = /^([\w/-]+)@[0-9a-f]{40}$/.exec(action) ?? [];
  const perform = actions[name];
  if (perform === undefined) throw new Error(`${action} is no action that is known here, pinned by a commit`);
  return perform(inputs, job);
}

/** Returns the paths of an input, which has one a line. */
function linesOf(path: string): string[] {
  return path
    .trim()
    .split('\n')
    .map((one) => one.trim());
}

/** Copies this checkout, without what is installed or made in it. */
export async function checkOut(place: string): Promise<void> {
  const left = new Set(['node_modules', '.git', 'results'].map((name) => join(root, name)));
  await cp(root, place, { recursive: true, filter: (source) => !left.has(source) });
}

/** A single folder is the artifact; of several paths the artifact has each where it was. */
async function keep(path: string, single: boolean, folder: string, workspace: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  const place = single ? (isFolder ? '' : basename(path)) : relative(workspace, path);
  await cp(path, join(folder, place), { recursive: true, dereference: true });
}
