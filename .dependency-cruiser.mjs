// Who may import whom, and which packages. `npm run rooms` holds all of it, as a part of `npm run check`.

/**
 * The rooms of lib, from low to high, each with those whose values it may import. A room is a folder, without the rooms
 * within it, or a file that is small enough to be one.
 * @type {Record<string, string[]>}
 */
// biome-ignore format: a room's imports read better on a line
export const rooms = {
  // The basics of any program: errors with an exit code, texts, limits and waiting, files and processes.
  'platform/errors.ts': [],
  'platform/texts.ts': [],
  'platform/limits.ts': [],
  'platform/progress.ts': [],
  'platform/project.ts': [],
  'platform/machine.ts': ['platform/project.ts'],
  'platform/cleanup-stack.ts': ['platform/errors.ts'],
  'platform/folder.ts': ['platform/errors.ts'],
  'platform/git.ts': ['platform/errors.ts'],
  'platform/wait.ts': ['platform/errors.ts', 'platform/limits.ts'],

  // The subject: what is known of kinds, what Istio's rules say, and what follows from a record of answers.
  kinds: [],
  model: ['kinds'],
  verdict: ['kinds', 'model'],

  // Where a mesh comes from, and how to reach it. The API server's client takes the model's objects.
  'platform/kube': [
    'kinds', 'model',
    'platform/errors.ts', 'platform/limits.ts', 'platform/machine.ts', 'platform/wait.ts',
  ],
  'platform/shell.ts': [],
  'platform/builds': ['platform/errors.ts', 'platform/folder.ts', 'platform/limits.ts', 'platform/project.ts'],
  'platform/istio': ['kinds', 'model', 'platform/kube', 'platform/builds', 'platform/errors.ts', 'platform/limits.ts'],
  'platform/clusters': [
    'platform/istio', 'platform/builds',
    'platform/errors.ts', 'platform/folder.ts', 'platform/limits.ts', 'platform/machine.ts', 'platform/project.ts',
    'platform/wait.ts',
  ],

  // From a suite to the results of a run. A scenario knows how its traffic is written in the results.
  probe: ['verdict', 'platform/errors.ts', 'platform/wait.ts'],
  results: ['model', 'verdict', 'platform/errors.ts', 'platform/texts.ts'],
  scenario: [
    'kinds', 'model', 'probe', 'results', 'platform/kube',
    'platform/errors.ts', 'platform/project.ts', 'platform/shell.ts',
  ],
  mesh: [
    'kinds', 'model', 'verdict', 'probe', 'scenario', 'platform/kube', 'platform/istio',
    'platform/errors.ts', 'platform/shell.ts', 'platform/wait.ts',
  ],
  run: [
    'kinds', 'model', 'verdict', 'probe', 'results', 'scenario', 'mesh', 'platform/kube', 'platform/istio',
    'platform/cleanup-stack.ts', 'platform/errors.ts', 'platform/limits.ts', 'platform/machine.ts',
    'platform/project.ts', 'platform/shell.ts', 'platform/texts.ts', 'platform/wait.ts',
  ],

  // What is made of results. A script says with kubectl what a run does, and a diagnosis looks at the mesh once more.
  'results/diff': ['model', 'verdict', 'results', 'platform/texts.ts'],
  'results/repro': [
    'model', 'verdict', 'probe', 'scenario', 'run', 'platform/errors.ts', 'platform/machine.ts', 'platform/shell.ts',
  ],
  'results/diagnosis': ['kinds', 'model', 'verdict', 'scenario', 'mesh', 'platform/kube', 'platform/errors.ts'],
  report: ['model', 'verdict', 'results', 'platform/texts.ts'],

  // Meshes of others, which are read and never asked.
  survey: [
    'kinds', 'model', 'verdict', 'report', 'platform/kube', 'platform/istio', 'platform/errors.ts',
    'platform/project.ts',
  ],

  // Somebody's manifests, made into a topology and suites of a run.
  'stand-ins': [
    'kinds', 'model', 'probe', 'scenario', 'survey', 'platform/istio', 'platform/errors.ts', 'platform/texts.ts',
  ],
  // What programs import from the package.
  api: ['model', 'results', 'survey', 'platform/errors.ts'],

  // Programs beside the test, each with its own views. None imports another, and only the command line imports them.
  'tools/prove': [
    'kinds', 'model', 'verdict', 'probe', 'results', 'scenario', 'mesh', 'run', 'report', 'platform/kube',
    'platform/istio', 'platform/cleanup-stack.ts', 'platform/errors.ts', 'platform/machine.ts', 'platform/shell.ts',
    'platform/texts.ts', 'platform/wait.ts',
  ],
  'tools/fuzz': [
    'kinds', 'model', 'verdict', 'probe', 'results', 'scenario', 'mesh', 'run', 'survey', 'stand-ins', 'platform/kube',
    'platform/errors.ts', 'platform/folder.ts', 'platform/limits.ts', 'platform/wait.ts',
  ],
  'tools/transitions': [
    'model', 'verdict', 'probe', 'results', 'scenario', 'mesh', 'run', 'report',
    'platform/errors.ts', 'platform/machine.ts', 'platform/shell.ts', 'platform/wait.ts',
  ],
  // It compares whole runs with what else can be done.
  'tools/bench': [
    'kinds', 'verdict', 'probe', 'results', 'scenario', 'mesh', 'run', 'platform/kube',
    'platform/cleanup-stack.ts', 'platform/errors.ts', 'platform/shell.ts', 'platform/wait.ts',
  ],
  'tools/nightly': [
    'model', 'verdict', 'results', 'results/diff', 'report', 'platform/errors.ts', 'platform/texts.ts', 'platform/project.ts',
  ],

  // The command line is handed the suites and saboteurs by the program.
  cli: [
    'kinds', 'model', 'verdict', 'results', 'scenario', 'mesh', 'run',
    'results/diff', 'results/repro', 'results/diagnosis', 'report',
    'survey', 'stand-ins', 'tools/prove', 'tools/fuzz', 'tools/transitions', 'tools/bench', 'tools/nightly',
    'platform/kube', 'platform/istio', 'platform/clusters',
    'platform/cleanup-stack.ts', 'platform/errors.ts', 'platform/folder.ts', 'platform/git.ts', 'platform/limits.ts',
    'platform/project.ts', 'platform/shell.ts',
  ],
  'cli.ts': ['cli', 'report', 'platform/errors.ts', 'platform/project.ts', 'suites', 'saboteurs'],
};

/**
 * The rooms of which others know the types alone: of what they are handed, and hand on.
 * @type {Record<string, string[]>}
 */
const typesOf = {
  verdict: ['platform/limits.ts'],
  'platform/shell.ts': ['platform/kube'],
  'platform/builds': ['platform/progress.ts'],
  'platform/istio': ['platform/progress.ts'],
  'platform/clusters': ['platform/progress.ts'],
  probe: ['model', 'platform/limits.ts'],
  scenario: ['platform/istio'],
  // A run is handed its cluster, and tells its progress.
  mesh: ['platform/clusters', 'platform/cleanup-stack.ts', 'platform/limits.ts', 'platform/progress.ts'],
  run: ['platform/clusters', 'platform/progress.ts'],
  'results/repro': ['kinds', 'platform/kube', 'platform/istio'],
  report: ['results/diff'],
  survey: ['platform/progress.ts'],
  // The types of suites, and of what a record holds.
  api: ['verdict', 'scenario'],
  'tools/prove': ['platform/clusters', 'platform/limits.ts', 'platform/progress.ts'],
  'tools/fuzz': ['platform/clusters', 'platform/progress.ts'],
  'tools/transitions': ['platform/clusters', 'platform/progress.ts'],
  'tools/bench': ['model', 'platform/builds', 'platform/clusters', 'platform/progress.ts'],
  // A night is handed the provider of its clusters.
  'tools/nightly': ['platform/clusters'],
  cli: ['platform/progress.ts'],
};

/**
 * Packages and parts of Node, and the rooms that may use them.
 * @type {Record<string, string[]>}
 */
const reserved = {
  '@kubernetes/client-node': ['platform/kube'],
  // The benchmark runs what this project is compared with, a night runs each of its jobs, and saboteurs drop packets.
  execa: [
    'platform/git.ts',
    'platform/builds',
    'platform/clusters',
    'platform/istio',
    'tools/bench',
    'tools/nightly',
    'tools/prove',
  ],
  child_process: ['platform/builds', 'platform/clusters', 'platform/istio'],
  jest: ['run'],
  'fast-check': ['tools/fuzz'],
  picocolors: ['report', 'tools/nightly', 'tools/prove', 'tools/transitions'],
  'string-width': ['report'],
  xmlbuilder2: ['report'],
  'tar-stream': ['platform/builds'],
  // The nightly issue.
  '@octokit/request': ['tools/nightly'],
  // Certificates of strangers.
  'node-forge': ['run'],
  commander: ['cli'],
  '@commander-js/extra-typings': ['cli'],
  // What is read from outside is checked where its types are.
  zod: ['model', 'verdict', 'results', 'scenario', 'survey', 'tools/nightly', 'tools/transitions'],
};

/**
 * What is pure: no packages and nothing of Node, but for these.
 * @type {Record<string, string[]>}
 */
const pure = {
  '^lib/platform/(errors|texts|limits|progress)[.]ts$': [],
  '^lib/kinds/': [],
  // It tells addresses, and which are in a range. What results keep of it has a schema.
  '^lib/model/': ['net', 'zod'],
  '^lib/verdict/': ['zod'],
  '^lib/results/diff/': [],
  '^lib/report/': ['picocolors', 'string-width', 'xmlbuilder2'],
  '^lib/tools/[^/]+/views/': ['picocolors'],
  '^(suites|saboteurs)/': [],
};

/** Tools for development, which package.json leaves out of the package, and which may use packages for development. */
const notInPackage = ['^lib/tools/(bench|fuzz|nightly|prove)/'];

/** Tests, and what they share. They may import everything but the program. */
const tests = ['[.]test[.]ts$', 'fixtures[.]ts$', '^lib/test/'];
const ours = '^(lib|suites|saboteurs)/';

/** @type {(room: string) => string} */
const pathOf = (room) => {
  if (room === 'suites' || room === 'saboteurs') return `^${room}/`;
  if (room.endsWith('.ts')) return `^lib/${room.replace('.', '[.]')}$`;
  const within = Object.keys(rooms).filter((other) => other.startsWith(`${room}/`));
  return `^lib/${room}/${within.map((other) => `(?!${other.slice(room.length + 1)}/)`).join('')}`;
};

const arrows = Object.entries(rooms).flatMap(([room, values]) => {
  const from = { path: pathOf(room), pathNot: tests };
  const known = [room, ...values].map(pathOf);
  const byType = (typesOf[room] ?? []).map(pathOf);
  return [
    {
      name: `${room} imports only what is below it`,
      from,
      to: { path: ours, pathNot: known, dependencyTypesNot: ['type-only'] },
    },
    {
      name: `${room} knows only the types that are below it`,
      from,
      to: { path: ours, pathNot: [...known, ...byType], dependencyTypes: ['type-only'] },
    },
  ];
});

const everyRoom = {
  name: 'every file of lib is in a room',
  from: { path: '^lib/', pathNot: [...tests, ...Object.keys(rooms).map(pathOf), '^lib/suitable-node[.]cjs$'] },
  to: {},
};

const folders = Object.keys(rooms).filter((room) => !room.endsWith('.ts'));
// The longest first: a room within another is not a part of it.
const folder = `lib/(?:${folders.toSorted((one, other) => other.length - one.length).join('|')})`;
const frontDoors = {
  name: 'a room is entered by its index.ts; for schemas, which load a library, by schemas.ts',
  from: { path: `^(${folder}|suites|saboteurs|lib)/`, pathNot: tests },
  to: { path: `^${folder}/`, pathNot: [`^${folder}/(index|schemas)[.]ts$`, '^$1/'] },
};

const packages = Object.entries(reserved).map(([name, users]) => ({
  name: `only ${users.join(', ')} may use ${name}`,
  from: { path: ours, pathNot: [...tests, ...users.map(pathOf)] },
  to: { path: [`^${name}$`, `node_modules/${name}/`] },
}));

const purity = Object.entries(pure).map(([path, but]) => ({
  name: `pure: ${path}`,
  from: { path, pathNot: tests },
  to: { dependencyTypesNot: ['local'], pathNot: but.flatMap((name) => [`^${name}$`, `node_modules/${name}/`]) },
}));

// Suites and saboteurs are data.
const data = [
  {
    name: 'a suite knows the types of suites alone; what fuzz found is in files, which its suite reads',
    from: { path: '^suites/', pathNot: [...tests, '^suites/(objects[.]ts|rules/)'] },
    to: { path: '^lib/', pathNot: '^lib/scenario/', dependencyTypes: ['type-only'] },
  },
  {
    name: 'short forms of objects and witnesses know the types of suites and of the model alone',
    from: { path: '^suites/(objects[.]ts|rules/)', pathNot: tests },
    to: { path: '^lib/', pathNot: '^lib/(scenario|model)/', dependencyTypes: ['type-only'] },
  },
  {
    name: 'suites import no values of lib; what fuzz found is in files, which its suite reads',
    from: { path: '^suites/', pathNot: [...tests, '^suites/found[.]ts$'] },
    to: { path: '^lib/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'the suite of what fuzz found reads it, and imports no other values of lib',
    from: { path: '^suites/found[.]ts$' },
    to: { path: '^lib/', pathNot: '^lib/scenario/' },
  },
  {
    name: 'suites know each other by their index alone',
    from: { path: '^suites/', pathNot: [...tests, '^suites/(index[.]ts|rules[./])'] },
    to: { path: '^(suites|saboteurs)/', pathNot: '^suites/objects[.]ts$' },
  },
  {
    name: 'witnesses know each other alone',
    from: { path: '^suites/rules[./]', pathNot: tests },
    to: { path: '^(suites|saboteurs)/', pathNot: '^suites/(objects[.]ts$|rules/)' },
  },
  {
    name: 'saboteurs know the types of saboteurs, objects and reasons alone',
    from: { path: '^saboteurs/', pathNot: tests },
    to: { path: ours, pathNot: ['^saboteurs/', '^lib/(tools/prove|model|verdict)/'] },
  },
  {
    name: 'saboteurs import no values of lib',
    from: { path: '^saboteurs/', pathNot: tests },
    to: { path: '^lib/', dependencyTypesNot: ['type-only'] },
  },
];

const whole = [
  {
    name: 'nothing imports the program',
    from: {},
    to: { path: '^lib/cli[.]ts$' },
  },
  {
    name: 'the product imports nothing that is for tests',
    from: { path: ours, pathNot: tests },
    to: { path: tests },
  },
  {
    name: 'what the package imports when it runs is a dependency of it',
    from: { path: ours, pathNot: [...tests, ...notInPackage] },
    to: { dependencyTypesNot: ['local', 'core', 'npm', 'type-only'] },
  },
  {
    name: 'what is imported is there',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no circles, not even of types',
    from: {},
    to: { circular: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...arrows, everyRoom, frontDoors, ...packages, ...purity, ...data, ...whole].map((rule) => ({
    ...rule,
    severity: 'error',
  })),
  options: {
    // TypeScript 7 has no compiler that other programs can call.
    parser: 'swc',
    // A test asks npm's own files with require.
    moduleSystems: ['es6'],
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
