// What careless users do, as data: for each the exit code is 2, and no cluster is touched.

/** The arguments after `npm test --`, or after `npm run …`; `''` is an empty one, and FOLDER a folder for files. */
export interface Misuse {
  line: string;
  /** What is said of it, or a part of that. */
  says: string;
  env?: Record<string, string>;
  /** Files in FOLDER. */
  files?: Record<string, string>;
}

const misuse = (line: string, says: string, more: Omit<Misuse, 'line' | 'says'> = {}): Misuse => ({
  ...{ line, says },
  ...more,
});

const kubeconfig = {
  current: '{"apiVersion":"v1","kind":"Config","clusters":[],"contexts":[],"current-context":"gone"}',
  clusterless:
    '{"clusters":[],"users":[{"name":"me","user":{}}],"contexts":[{"name":"a","context":{"cluster":"b","user":"me"}}],"current-context":"a"}',
  none: '{"clusters":[],"contexts":[]}',
};
const use = (name: keyof typeof kubeconfig) => ({ files: { config: kubeconfig[name] } });

const unknownOptions: Misuse[] = [
  misuse('test --siute strict', 'Unknown option --siute (did you mean --suite?). See --help.'),
  misuse('test --frobnicate', 'Unknown option --frobnicate. See --help.'),
  misuse('test strict', 'Unexpected argument "strict": options need their name, such as --suite NAME.'),
  misuse('test --suite', "'--suite <value>' argument missing. See --help."),
  misuse('test --list=yes', "'--list' does not take an argument. See --help."),
  misuse('bench --suite strict', 'Unknown option --suite. See --help.'),
  misuse('fuzz --run 3', 'Unknown option --run (did you mean --runs?). See --help.'),
  misuse('fuzz strict', 'Unexpected argument "strict"'),
  misuse('prove all', 'Unexpected argument "all"'),
  misuse('transitions none:strict', 'Unexpected argument "none:strict"'),
  misuse('cluster up --context x', 'Unknown option --context. See --help.'),
  misuse('action strict', 'Unexpected argument "strict"'),
  misuse('tset', 'Unknown command tset: see the scripts in package.json.'),
];

const values: Misuse[] = [
  misuse('test --suite strickt', 'Unknown suite "strickt" (did you mean strict?). Suites: setup, permissive'),
  misuse("test --suite ''", '--suite needs a value, but it is empty: is a variable unset?'),
  misuse('test --suite strict,', 'Unknown suite ""'),
  misuse("test --context ''", '--context needs a value, but it is empty'),
  misuse("test --istio '' --list", '--istio needs a value, but it is empty'),
  misuse("test --kubeconfig ''", '--kubeconfig needs a value, but it is empty'),
  misuse("test --out ''", '--out needs a value, but it is empty'),
  misuse('test --cell a:b --cell c:d', '--cell takes one value, not a:b and c:d.'),
  misuse('test --istio 1.30 --istio 1.31 --list', '--istio takes one value, not 1.30 and 1.31.'),
  misuse(
    'test --cell sleep.ful:httpbin.full',
    '(did you mean sleep.full:httpbin.full?). Cells: sleep.full:httpbin.full',
  ),
  misuse('test --suite cleanup --cell a:b', 'they have no cells'),
  misuse('test --sensitivity 5', '--sensitivity takes the share of wrong answers to detect, from 0.1% to 50%, not "5"'),
  misuse('test --sensitivity 90%', 'from 0.1% to 50%, not "90%"'),
  misuse('test --seed x', '--seed takes a whole number, not "x".'),
  misuse('test --seed=-1', '--seed takes a whole number, not "-1".'),
  misuse('test --step-timeout 20', '--step-timeout takes a time from 1s to 10m, not "20"'),
  misuse('test --request-timeout 1ms', '--request-timeout takes a time from 100ms to 1m, not "1ms"'),
  misuse('test --list --istio newest', '"newest" is not an Istio release: write it as 1.31, 1.31.1 or 1.30-dev'),
  misuse('test --cluster cloud', '--cluster must be one of auto, current, kind, native, not "cloud".'),
  misuse('test --cluster native --istio 1.9', '1.9'),
  misuse('fuzz --minutes 0', '--minutes takes a whole number above 0, not "0".'),
  misuse('fuzz --runs 1.5', '--runs takes a whole number above 0, not "1.5".'),
  misuse('fuzz --seed x', '--seed takes a whole number, not "x".'),
  misuse('fuzz --path 3:b', '--path takes numbers joined by colons, as an earlier run printed them, not "3:b".'),
  misuse("fuzz --path ''", '--path needs a value, but it is empty'),
  misuse('prove --only nobody', 'not "nobody"'),
  misuse('prove --shard 3/2', '--shard takes a part and the number of parts, such as 1/2'),
  misuse('prove --cluster kind', 'so it needs --cluster native, not kind.'),
  misuse('transitions --only strict', 'not "strict"'),
  misuse('transitions --times 0', '--times takes a whole number above 0, not "0".'),
  misuse('transitions --steps 0', '--steps takes a whole number above 0, not "0".'),
  misuse('nightly local --releases 1.20..', '"" is unknown'),
  misuse('nightly local --suite strickt', 'Unknown suite "strickt"'),
  misuse("nightly local --suite ''", '--suite needs a value, but it is empty'),
  misuse('nightly plan --cluster current', '--cluster must be one of kind, native, not "current".'),
  misuse('nightly plan --releases 1.31..1.20', '"1.31..1.20" has the newest release first: use 1.20..1.31.'),
];

const verbs: Misuse[] = [
  misuse('cluster', 'The command must be one of up, down, status, kubeconfig, prune.'),
  misuse('cluster start', 'The command must be one of up, down, status, kubeconfig, prune, not "start".'),
  misuse('cluster up now', 'not "up now"'),
  misuse('report', 'npm run report -- must be one of show, diff'),
  misuse('report list', 'not "list"'),
  misuse('report show', 'Expected one results.json, or the folder of a run such as results/latest, but got 0.'),
  misuse('report show a b', 'but got 2.'),
  misuse('report diff a', 'Expected two results.json, the earlier first'),
  misuse('report coverage', 'Expected results.json of one run or more, or their folders.'),
  misuse('report transitions', 'Expected transitions.json of one release or more, or their folders.'),
  misuse('report rules all', 'Unexpected argument "all": rules takes none.'),
  misuse('report crds', "Expected one file, Istio's crd-all.gen.yaml."),
  misuse(
    'report show FOLDER --format pdf',
    '--format must be one of terminal, json, html, junit, markdown, not "pdf".',
  ),
  misuse('report diff a b --format junit', '--format must be one of terminal, json, html, markdown, not "junit".'),
  misuse('nightly', 'The command must be one of local, plan, job, report.'),
  misuse('nightly tonight', 'not "tonight".'),
  misuse('nightly job --cluster kind', 'A job needs --istio and --night. See --help.'),
  misuse('nightly report', 'Missing --night. See --help.'),
];

/** A flag that would be ignored is refused. */
const ignored: Misuse[] = [
  misuse('test --list --sensitivity 1%', '--list does not use --sensitivity: leave it out.'),
  misuse('test --list --kubeconfig /a', '--list does not use --kubeconfig: leave it out.'),
  misuse('test --explain --out a --timings', '--explain does not use --out and --timings: leave them out.'),
  misuse('test --explain --mesh-wide', '--explain does not use --mesh-wide: leave it out.'),
  misuse('test --explain --step STRICT', '--step belongs to --repro'),
  misuse('test --step STRICT', '--step belongs to --repro'),
  misuse('test --repro', '--repro is for one cell: name it with --cell CLIENT:SERVER.'),
  misuse('test --repro --json --cell sleep.full:httpbin.full', '--repro does not use --json: leave it out.'),
  misuse('test --sweep --suite strict', '--sweep does not use --suite: leave it out.'),
  misuse('test --sweep --json', '--sweep does not use --json: leave it out.'),
  misuse('test --sweep --step-timeout 40s', '--sweep does not use --step-timeout: leave it out.'),
  misuse('test --sweep --list', '--list and --sweep cannot be combined: use one of them.'),
  misuse('test --repro --keep', '--repro and --keep cannot be combined'),
  misuse('test --json --timings', '--json prints results.json, which has all times: leave --timings out.'),
  misuse('test --cluster native --kind-image x', '--kind-image needs --cluster kind.'),
  misuse('test --cluster kind --kubeconfig /a --context b', '--kubeconfig and --context need --cluster current.'),
  misuse('prove --list --json', '--list does not use --json: leave it out.'),
  misuse('prove --list --istio 1.20', '--list does not use --istio: leave it out.'),
  misuse('transitions --steps 9 --times 2', 'leave out --only, --times and --out.'),
  misuse('cluster down --istio 1.20', 'down does not use --istio: leave it out.'),
  misuse('report rules --format html', 'rules does not use --format: leave it out.'),
  misuse('report coverage a --format json', 'coverage does not use --format: leave it out.'),
];

/** Nothing is green that asked nothing. */
const nothing: Misuse[] = [
  misuse('test --suite cleanup', 'No step of setup, cleanup asks anything of the mesh'),
  misuse('test --explain --suite cleanup', 'No step of setup, cleanup asks a pair on Istio 1.'),
];

const clusters: Misuse[] = [
  misuse(
    'test --cluster current',
    'An existing cluster needs --kubeconfig FILE: automtls never picks a cluster itself.',
  ),
  misuse('test --context prod', 'An existing cluster needs --kubeconfig FILE'),
  misuse('test --sweep --context prod', 'An existing cluster needs --kubeconfig FILE'),
  misuse('test --kubeconfig /nowhere --out FOLDER', 'The kubeconfig /nowhere does not exist'),
  misuse('test --sweep --kubeconfig FOLDER', 'is a directory: name a file in it.'),
  misuse(
    'test --kubeconfig FOLDER/config --out FOLDER',
    'does not have its own current context, gone (it has none): name one with --context.',
    use('current'),
  ),
  misuse(
    'test --kubeconfig FOLDER/config --out FOLDER',
    'does not have the cluster b of its context a (it has a)',
    use('clusterless'),
  ),
  misuse(
    'test --kubeconfig FOLDER/config --out FOLDER',
    'has no current context (it has none): name one with --context.',
    use('none'),
  ),
  misuse('test --kubeconfig FOLDER/config --context c --out FOLDER', 'has no context c (it has a)', use('clusterless')),
  misuse('test --kubeconfig FOLDER/config --out FOLDER', 'is empty', { files: { config: '' } }),
  misuse('test --kubeconfig FOLDER/config --out FOLDER', 'is not valid', { files: { config: 'a: [b' } }),
  misuse('test --kubeconfig /nowhere --out FOLDER/file', 'Results cannot be written to', { files: { file: 'x' } }),
  misuse('test --keep --cluster kind', '--keep needs a cluster that stays: start one with npm run cluster -- up'),
  misuse('test --keep --cluster native --istio 1.10', '--keep needs a cluster that stays'),
  misuse('test --cluster kind --suite auto-off --keep', '--keep needs a cluster that stays'),
  misuse('fuzz --kubeconfig /nowhere', 'The kubeconfig /nowhere does not exist'),
  misuse('transitions --kubeconfig /nowhere', 'The kubeconfig /nowhere does not exist'),
];

const files: Misuse[] = [
  misuse('report show FOLDER/none', 'cannot be read (ENOENT'),
  misuse('report show FOLDER', 'cannot be read (ENOENT'),
  misuse('report show FOLDER/a', 'FOLDER/a', { files: { a: '{' } }),
  misuse('report show FOLDER/a', 'FOLDER/a', { files: { a: '{"schema":"automtls.dev/results/v9"}' } }),
  misuse('report transitions FOLDER/a', 'FOLDER/a', { files: { a: '{}' } }),
  misuse('nightly report --night FOLDER', 'FOLDER/plan.json cannot be read (ENOENT'),
  misuse('nightly report --night FOLDER', 'FOLDER/plan.json is not a nightly plan (include: ', {
    files: { 'plan.json': '{"include":[]}' },
  }),
];

const github: Misuse[] = [
  misuse(
    'action',
    'npm run action runs as a step of GitHub Actions and needs GITHUB_WORKSPACE: elsewhere use npm test.',
  ),
  misuse('action', 'The input cluster must be one of current, kind, not "cloud".', {
    env: { INPUT_CLUSTER: 'cloud', GITHUB_WORKSPACE: 'FOLDER' },
  }),
  misuse('action', 'but neither KUBECONFIG nor HOME is set: set the input kubeconfig.', {
    env: { INPUT_CLUSTER: 'current', GITHUB_WORKSPACE: 'FOLDER' },
  }),
  misuse('action', 'Unknown suite "strickt"', { env: { INPUT_SUITE: 'strickt', GITHUB_WORKSPACE: 'FOLDER' } }),
];

/** What npm sets where `--` is missing. */
const taken = (script: string, config: Record<string, string>) => ({ npm_lifecycle_event: script, ...config });
const npm: Misuse[] = [
  misuse('test', 'npm took --suite for itself: write `npm test -- --suite strict`.', {
    env: taken('test', { npm_config_suite: 'strict' }),
  }),
  misuse('test', 'write `npm test -- --list`', { env: taken('test', { npm_config_list: 'true' }) }),
  misuse('test strict', 'write `npm test -- --suite strict`', { env: taken('test', { npm_config_suite: 'true' }) }),
  misuse('prove 1/2', 'write `npm run prove -- --shard 1/2`', { env: taken('prove', { npm_config_shard: 'true' }) }),
];

export const misuses: Misuse[] = [
  ...unknownOptions,
  ...values,
  ...verbs,
  ...ignored,
  ...nothing,
  ...clusters,
  ...files,
  ...github,
  ...npm,
];
