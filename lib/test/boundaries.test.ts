import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { settables } from '../cli/options/limits.ts';

/** The arrows of the design: who may import whom, who may run programs, who may read the command line. */

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  /** As it is written. */
  from: string;
  /** Erased before it runs. */
  type: boolean;
}

/**
 * What each part of lib may import of ours besides itself: folders, or files; those after `type`, which are files, as
 * types alone.
 * A part that is not here may import everything.
 */
const arrows: Record<string, { value: string[]; type?: string[] }> = {
  errors: { value: [] },
  folder: { value: ['errors'] },
  kinds: { value: [] },
  limits: { value: [] },
  machine: { value: [] },
  texts: { value: [] },
  wait: { value: ['errors', 'limits'] },
  model: { value: ['kinds'] },
  verdict: { value: ['kinds', 'model'], type: ['limits'] },
  probe: { value: ['verdict', 'errors', 'limits', 'wait'], type: ['model/types'] },
  results: { value: ['verdict', 'model/expected', 'errors'], type: ['model/types', 'probe/types'] },
  kube: { value: ['kinds', 'errors', 'limits', 'machine', 'model/name', 'wait'], type: ['model/types'] },
  run: {
    value: [
      ...['kube', 'kinds', 'model', 'verdict', 'probe', 'results', 'istio', 'errors', 'limits', 'machine'],
      ...['texts', 'wait'],
    ],
    type: ['cluster/types'],
  },
  diff: { value: ['model', 'verdict', 'probe', 'results', 'texts'] },
  // Who plans a night hands it the provider: of clusters it knows the type alone.
  nightly: { value: ['diff', 'results', 'model', 'errors'], type: ['cluster/provider'] },
  // What GitHub is told: issues over its API.
  github: { value: ['errors'] },
  report: {
    value: ['model', 'verdict', 'probe', 'results', 'texts'],
    type: ['diff/types', 'nightly/types', 'prove/types', 'transitions/types'],
  },
  jest: { value: ['verdict', 'run', 'results', 'errors'] },
  // It compares whole runs, so it stands above them.
  bench: {
    value: ['run', 'results', 'kinds', 'kube', 'verdict', 'probe', 'errors', 'wait'],
    type: ['cluster/types', 'model/types'],
  },
  // It asks meshes what no suite has written down.
  fuzz: {
    value: ['verdict', 'run', 'results', 'model', 'probe/phases/strategy', 'errors', 'folder', 'limits'],
    type: ['cluster/types'],
  },
  // It writes scripts of what a run asks.
  repro: {
    value: ['run', 'model', 'verdict', 'probe', 'results', 'errors', 'machine'],
    type: ['istio/detect', 'kinds/table', 'kube/kinds'],
  },
  // It looks at a mesh for a run that failed.
  diagnosis: { value: ['run', 'kinds', 'kube', 'model', 'verdict', 'errors'] },
  // It breaks meshes and asks runs what they make of it.
  prove: {
    value: [
      ...[
        'run',
        'results',
        'verdict',
        'model',
        'kinds',
        'kube',
        'istio',
        'probe/certificates',
        'errors',
        'limits',
        'machine',
      ],
      ...['texts', 'wait'],
    ],
    type: ['cluster/types', 'probe/types'],
  },
  // It changes policies under load.
  transitions: {
    value: ['run', 'results', 'verdict', 'model', 'probe', 'errors', 'machine', 'wait'],
    type: ['cluster/types'],
  },
  // How progress is told is a type that whoever makes things shares with those who make clusters.
  build: { value: ['errors', 'folder', 'limits'], type: ['cluster/types'] },
  istio: { value: ['kinds', 'kube', 'model', 'build', 'errors', 'limits'], type: ['cluster/types'] },
  cluster: { value: ['istio', 'build', 'errors', 'folder', 'limits', 'machine', 'wait'] },
};

/** Packages and parts of Node that only these parts of lib may use. */
const reserved: Record<string, string[]> = {
  '@kubernetes/client-node': ['kube'],
  // The benchmark runs what this project is compared with, a night runs each of its jobs, and saboteurs drop packets.
  execa: ['build', 'cluster', 'istio', 'bench', 'nightly', 'prove'],
  'node:child_process': ['build', 'cluster', 'istio'],
  jest: ['jest'],
  'fast-check': ['fuzz'],
  picocolors: ['report'],
  'string-width': ['report'],
  xmlbuilder2: ['report'],
  'tar-stream': ['build'],
  '@octokit/request': ['github'],
  // Certificates of strangers.
  'node-forge': ['run'],
  commander: ['commands'],
  '@commander-js/extra-typings': ['commands'],
  // What is read from outside is checked where its types are.
  zod: ['model', 'verdict', 'results', 'nightly', 'github', 'transitions'],
};

/** Parts that are pure: not even Node. */
const pure = ['kinds', 'model', 'verdict', 'diff', 'report', 'errors', 'limits', 'texts'];
const pureMayUse: Record<string, string[]> = {
  // It tells addresses, and which are in a range.
  model: ['node:net', 'zod'],
  verdict: ['zod'],
  report: ['picocolors', 'string-width', 'xmlbuilder2'],
};

/** A process of its own, inside a cluster's namespaces: it has a command line and an exit code, too. */
const programs = ['lib/cli.ts', 'lib/platform/clusters/native/machine/supervisor.ts'];

const files = globSync(['lib/**/*.ts', 'suites/**/*.ts', 'saboteurs/**/*.ts'], { cwd: root })
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
  .map((file) => ({ ...file, imports: importsOf(file.text) }));

const isTest = (path: string) => /\.test\.ts$/.test(path);
/** What tests share among themselves. */
const isForTests = (path: string) => /fixtures\.ts$|^lib\/(browser|live)\//.test(path);
const product = files.filter(({ path }) => !isTest(path) && !isForTests(path));

function importsOf(text: string): Import[] {
  const statements = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...statements].map(([, type, from = '']) => ({ from, type: type !== undefined })),
    ...[...dynamic].map(([, from = '']) => ({ from, type: false })),
  ];
}

/** The part of lib that a file belongs to: a folder, or a file of lib itself; undefined outside of lib. */
function partOf(path: string): string | undefined {
  return /^lib\/([^/.]+)/.exec(path)?.[1];
}

/** Imports of the product, with the path of what is imported where it is ours. */
const edges = product.flatMap(({ path, imports }) =>
  imports.map(({ from, type }) => ({
    path,
    part: partOf(path),
    from,
    type,
    target: from.startsWith('.') ? join(dirname(path), from) : undefined,
  })),
);

const words = ({ path, from }: { path: string; from: string }) => `${path} imports ${from}`;

test('imports are found in every way they can be written', () => {
  const text = `import a from './a.ts';
import { b, type C } from './b.ts';
import type { D } from './d.ts';
import * as e from './e.ts';
import './f.ts';
import {
  g,
} from './g.ts';
export { h } from './h.ts';
export * from './i.ts';
export type { J } from './j.ts';
const k = await import('./k.ts');
// not one: from './no.ts'
const text = "from './no.ts'";
`;
  expect(importsOf(text).map(({ from, type }) => `${from.slice(2, 3)}${type ? ' as type' : ''}`)).toEqual([
    'a',
    'b',
    'd as type',
    'e',
    'f',
    'g',
    'h',
    'i',
    'j as type',
    'k',
  ]);
  expect(files.length).toBeGreaterThan(100);
  expect(edges.length).toBeGreaterThan(300);
});

test('what is imported is there', () => {
  const paths = new Set(files.map(({ path }) => path));
  expect(edges.filter(({ target }) => target?.endsWith('.ts') && !paths.has(target)).map(words)).toEqual([]);
});

test.each(Object.entries(arrows))('%s imports only what is below it', (part, { value, type = [] }) => {
  const wrong = edges.filter((edge) => {
    if (edge.part !== part || edge.target === undefined) return false;
    const within = partOf(edge.target);
    const isOne = (file: string) => edge.target === `lib/${file}.ts`;
    if (within === part || value.some((one) => one === within || isOne(one))) return false;
    return !(edge.type && type.some(isOne));
  });
  expect(wrong.map(words)).toEqual([]);
});

test('every other part of lib is known to be at the top', () => {
  const parts = new Set(product.flatMap(({ path }) => partOf(path) ?? []));
  expect([...parts].filter((part) => arrows[part] === undefined).sort()).toEqual(['cli', 'commands']);
});

test.each(Object.entries(reserved))('%s is for %p alone', (name, parts) => {
  const wrong = edges.filter(
    ({ from, part }) => (from === name || from.startsWith(`${name}/`)) && !parts.includes(part ?? ''),
  );
  expect(wrong.map(words)).toEqual([]);
});

test.each(pure)('%s touches nothing outside', (part) => {
  const wrong = edges.filter(
    (edge) => edge.part === part && edge.target === undefined && !pureMayUse[part]?.includes(edge.from),
  );
  expect(wrong.map(words)).toEqual([]);
});

test('suites are data: they know the types of lib/scenario/suite.ts, and each other through their index', () => {
  const wrong = edges.filter(({ path, target, type }) => {
    if (!path.startsWith('suites/')) return false;
    if (target === 'lib/scenario/suite.ts') return !type;
    if (path === 'suites/index.ts' && target?.startsWith('suites/')) return false;
    // What fuzz found is in files, which it reads.
    if (path === 'suites/found.ts' && target === 'lib/scenario/found.ts') return false;
    // Short forms of Istio's objects.
    if (target === 'suites/objects.ts') return false;
    if (path === 'suites/objects.ts') return !(type && target === 'lib/model/types.ts');
    // Witnesses are objects, and name rules: they know their types, and each other.
    if (!/^suites\/rules[./]/.test(path)) return true;
    return !(target?.startsWith('suites/rules/') || (type && /^lib\/model\/(rules|types)\.ts$/.test(target ?? '')));
  });
  expect(wrong.map(words)).toEqual([]);
});

test('saboteurs are data: they know their own types, those of objects and of reasons, and each other', () => {
  const wrong = edges.filter(
    ({ path, target, type }) =>
      path.startsWith('saboteurs/') &&
      !target?.startsWith('saboteurs/') &&
      !(
        type &&
        (['lib/tools/prove/saboteur.ts', 'lib/model/types.ts'].includes(target ?? '') ||
          target?.startsWith('lib/verdict/'))
      ),
  );
  expect(wrong.map(words)).toEqual([]);
});

test('nothing imports the command line', () => {
  const all = files.flatMap(({ path, imports }) => imports.map(({ from }) => ({ path, from })));
  expect(all.filter(({ path, from }) => join(dirname(path), from) === 'lib/cli.ts').map(words)).toEqual([]);
});

test.each(['suites/', 'saboteurs/'])(
  'nothing but the command line imports %s; what lists or runs them is handed them',
  (folder) => {
    const wrong = edges.filter(
      ({ path, target }) => target?.startsWith(folder) && !path.startsWith(folder) && path !== 'lib/cli.ts',
    );
    expect(wrong.map(words)).toEqual([]);
  },
);

test('the product imports nothing that is for tests', () => {
  const wrong = edges.filter(({ target }) => target !== undefined && (isTest(target) || isForTests(target)));
  expect(wrong.map(words)).toEqual([]);
});

test('what is imported when it runs is a dependency, so that an installation without those for development will do', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const packages = edges.filter(({ from, target, type }) => !type && target === undefined && !from.startsWith('node:'));
  const nameOf = (from: string): string => /^(@[^/]+\/)?[^/]+/.exec(from)?.[0] ?? from;
  expect(packages.filter(({ from }) => !(nameOf(from) in dependencies)).map(words)).toEqual([]);
});

test('what an option can set is read from the run: the default would not be what the results say', () => {
  const limits = Object.values(settables).map(({ limit }) => limit);
  const read = new RegExp(`defaultLimits\\.(${limits.join('|')})\\b`);
  const wrong = product.filter(({ text }) => read.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('a run is given its limits where it starts, and all that belongs to it reads them there', () => {
  const inRuns = product.filter(({ path }) => ['run', 'probe', 'bench'].includes(partOf(path) ?? ''));
  const wrong = inRuns.filter(({ text }) => /\bdefaultLimits\b/.test(text));
  expect(wrong.map(({ path }) => path)).toEqual(['lib/run/start.ts']);
});

test('only a program reads its arguments and its environment, and exits', () => {
  const wrong = product
    .filter(({ path }) => !programs.includes(path))
    .filter(({ text }) =>
      // Where a cache or a state directory is hangs on the environment: as a parameter, whose default alone is the process's.
      /\bprocess\.(argv|env|exit|exitCode|abort)\b/.test(
        text.replaceAll('(env: NodeJS.ProcessEnv = process.env)', '()'),
      ),
    );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no folder is made by Node’s recursive mkdir, which never ends on some file systems', () => {
  const wrong = product.filter(({ text }) => /\bmkdir(Sync)?\([^;]*recursive/.test(text));
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('only the command line writes to the terminal', () => {
  const wrong = product.filter(
    ({ path, text }) =>
      !programs.includes(path) && /\bconsole\.(log|error|warn|info)\(|\bprocess\.(stdout|stderr)\b/.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});

test('no file is longer than 250 lines', () => {
  const long = files.filter(({ path, text }) => !isTest(path) && text.split('\n').length > 251);
  expect(long.map(({ path }) => path)).toEqual([]);
});
