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
  line,
  says,
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
  misuse('test --siute strict', "Unknown option '--siute' (did you mean --suite?). See --help."),
  misuse('test --frobnicate', "Unknown option '--frobnicate'. See --help."),
  misuse('test strict', "Too many arguments for 'test'. Expected 0 arguments but got 1: strict. See --help."),
  misuse('test --suite', "Option '--suite <NAME...>' argument missing. See --help."),
  misuse('test --keep=yes', "Unknown option '--keep=yes'"),
  misuse('test --out --keep', '--out needs a value, but --keep follows.'),
  misuse('test --list', "Unknown option '--list'"),
  misuse('test --sweep', "Unknown option '--sweep'"),
  misuse('bench --suite strict', "Unknown option '--suite'"),
  misuse('fuzz --run 3', "Unknown option '--run' (did you mean --runs?). See --help."),
  misuse('fuzz strict', "Too many arguments for 'fuzz'"),
  misuse('prove all', "Too many arguments for 'prove'"),
  misuse('transitions none:strict', "Too many arguments for 'transitions'"),
  misuse('cluster up --context x', "Unknown option '--context'"),
  misuse('action strict', "Too many arguments for 'action'"),
  misuse('tset', "Unknown command 'tset' (did you mean test?). See --help."),
  misuse('report shwo a', "Unknown command 'shwo' (did you mean show?)"),
];

const values: Misuse[] = [
  misuse('test --suite strickt', 'Unknown suite "strickt" (did you mean strict?). Suites: setup, permissive'),
  misuse("test --suite ''", '--suite needs a value, but it is empty: is a variable unset?'),
  misuse('test --suite strict,', 'Unknown suite ""'),
  misuse("test --context ''", '--context needs a value, but it is empty'),
  misuse("list --istio ''", '--istio needs a value, but it is empty'),
  misuse("test --kubeconfig ''", '--kubeconfig needs a value, but it is empty'),
  misuse("test --out ''", '--out needs a value, but it is empty'),
  misuse('test --cell a:b --cell c:d', '--cell takes one value, not a:b and c:d.'),
  misuse('list --istio 1.30 --istio 1.31', '--istio takes one value, not 1.30 and 1.31.'),
  misuse(
    'test --cell sleep.ful:httpbin.full',
    '(did you mean sleep.full:httpbin.full?). Cells: sleep.full:httpbin.full',
  ),
  misuse('test --suite cleanup --cell a:b', 'they have no cells'),
  misuse('test --sensitivity 5', '--sensitivity takes the share of wrong answers to detect, from 0.1% to 50%, not "5"'),
  misuse('test --sensitivity 90%', 'from 0.1% to 50%, not "90%"'),
  misuse('test --seed x', '--seed takes a whole number, not "x".'),
  misuse('test --seed=-1', '--seed takes a whole number, not "-1".'),
  misuse('test --step-timeout 20', '--step-timeout takes a time from 1s to 10m with its unit, ms, s, m or h'),
  misuse('test --request-timeout 1ms', '--request-timeout takes a time from 100ms to 1m with its unit'),
  misuse('list --istio newest', '"newest" is not an Istio release: write it as 1.31, 1.31.1 or 1.30-dev'),
  misuse('test --cluster cloud', '--cluster must be one of auto, current, kind, native, not "cloud".'),
  misuse('test --cluster native --istio 1.9', '1.9'),
  misuse('fuzz --minutes 0', '--minutes takes a whole number above 0, not "0".'),
  misuse('fuzz --runs 1.5', '--runs takes a whole number above 0, not "1.5".'),
  misuse('fuzz --seed x', '--seed takes a whole number, not "x".'),
  misuse('fuzz --path 3:b', '--path takes numbers joined by colons, as an earlier run printed them, not "3:b".'),
  misuse("fuzz --path ''", '--path needs a value, but it is empty'),
  misuse('prove --saboteur nobody', 'Unknown saboteur "nobody". Saboteurs: strict-reverted, '),
  misuse('prove --saboteur one-in-tne', '(did you mean one-in-ten?)'),
  misuse('prove --shard 3/2', '--shard takes a part and the number of parts, such as 1/2'),
  misuse('prove --shard 200/200 --list', '--shard 200/200 has nothing in it: there can be at most'),
  misuse('prove --cluster kind', "Unknown option '--cluster'"),
  misuse('transitions --path strict', 'Unknown path "strict". Paths: none:permissive, '),
  misuse('transitions --times 0', '--times takes a whole number above 0, not "0".'),
  misuse('transitions --steps 0', '--steps takes a whole number above 0, not "0".'),
  misuse('nightly local --releases 1.20..', '"" is unknown'),
  misuse('nightly local --suite strickt', 'Unknown suite "strickt"'),
  misuse("nightly local --suite ''", '--suite needs a value, but it is empty'),
  misuse('nightly plan --cluster current', '--cluster must be one of kind, native, not "current".'),
  misuse('nightly plan --releases 1.31..1.20', '"1.31..1.20" has the newest release first: use 1.20..1.31.'),
];

const verbs: Misuse[] = [
  misuse('', 'Usage: automtls [options] [command]'),
  misuse('cluster', 'Usage: automtls cluster [options] [command]'),
  misuse('cluster start', "Unknown command 'start'"),
  misuse('cluster up now', "Too many arguments for 'up'. Expected 0 arguments but got 1: now."),
  misuse('report', 'Usage: automtls report [options] [command]'),
  misuse('report list', "Unknown command 'list'"),
  misuse('report show', "Missing required argument 'RUN'."),
  misuse('report judge', "Missing required argument 'RUN'."),
  misuse('report records a', "Required option '--out <FILE>' not specified."),
  misuse('report show a b', "Too many arguments for 'show'. Expected 1 argument but got 2: a, b."),
  misuse('report diff a', "Missing required argument 'SECOND'."),
  misuse('report coverage', "Missing required argument 'RUN'."),
  misuse('report transitions', "Missing required argument 'DIR'."),
  misuse('report rules all', "Too many arguments for 'rules'. Expected 0 arguments but got 1: all."),
  misuse('report crds', "Missing required argument 'FILE'."),
  misuse('report show FOLDER --print pdf', '--print must be one of terminal, json, html, junit, markdown, not "pdf".'),
  misuse('report diff a b --print junit', '--print must be one of terminal, json, html, markdown, not "junit".'),
  misuse('nightly', 'Usage: automtls nightly [options] [command]'),
  misuse('nightly tonight', "Unknown command 'tonight'"),
  misuse('nightly job --cluster kind --istio 1.31', "Required option '--night <DIR>' not specified. See --help."),
  misuse('nightly report', "Required option '--night <DIR>' not specified. See --help."),
  misuse("nightly report --night ''", '--night needs a value, but it is empty'),
];

/** An option that would be ignored is refused. */
const ignored: Misuse[] = [
  misuse('list --sensitivity 1%', "Unknown option '--sensitivity'"),
  misuse('list --kubeconfig /a', "Unknown option '--kubeconfig'"),
  misuse('explain --out a --timings', "Unknown option '--out'"),
  misuse('explain --mesh-wide', "Unknown option '--mesh-wide'"),
  misuse('explain --step STRICT', "Unknown option '--step'"),
  misuse('test --step STRICT', "Unknown option '--step'"),
  misuse('repro', "Required option '--cell <CLIENT:SERVER>' not specified."),
  misuse('repro --cell sleep.full:httpbin.full --print json', "Unknown option '--print'"),
  misuse('repro --cell sleep.full:httpbin.full --keep', "Unknown option '--keep'"),
  misuse('sweep --suite strict', "Unknown option '--suite'"),
  misuse('sweep --print json', "Unknown option '--print'"),
  misuse('sweep --step-timeout 40s', "Unknown option '--step-timeout'"),
  misuse('sweep --list', "Unknown option '--list'"),
  misuse('test --print json --timings', "Option '--timings' cannot be used with option '--print <FORMAT>'."),
  misuse('test --cluster native --kind-image x', '--kind-image needs --cluster kind.'),
  misuse('test --cluster kind --kubeconfig /a --context b', '--kubeconfig and --context need --cluster current.'),
  misuse('prove --list --print json', "Option '--list' cannot be used with option '--print <FORMAT>'."),
  misuse('prove --list --istio 1.20', "Option '--list' cannot be used with option '--istio <VERSION>'."),
  misuse('prove --list --out a', "Option '--list' cannot be used with option '--out <DIR>'."),
  misuse('transitions --steps 9 --times 2', "Option '--steps <N>' cannot be used with option '--times <N>'."),
  misuse('transitions --steps 9 --path none:strict', "cannot be used with option '--path <PATH...>'."),
  misuse('transitions --steps 9 --out a', "cannot be used with option '--out <DIR>'."),
  misuse('cluster down --istio 1.20', "Unknown option '--istio'"),
  misuse('cluster prune --native-name dev', "Unknown option '--native-name'"),
  misuse('report rules --print html', "Unknown option '--print'"),
  misuse('report coverage a --print json', "Unknown option '--print'"),
];

/** Nothing is green that asked nothing. */
const nothing: Misuse[] = [
  misuse('test --suite cleanup', 'No step of setup, cleanup asks anything of the mesh'),
  misuse('explain --suite cleanup', 'No step of setup, cleanup asks a pair on Istio 1.'),
];

const clusters: Misuse[] = [
  misuse(
    'test --cluster current',
    'An existing cluster needs --kubeconfig FILE: automtls never picks a cluster itself.',
  ),
  misuse('test --context prod', 'An existing cluster needs --kubeconfig FILE'),
  misuse('sweep --context prod', 'An existing cluster needs --kubeconfig FILE'),
  misuse('test --kubeconfig /nowhere --out FOLDER', 'The kubeconfig /nowhere does not exist'),
  misuse('sweep --kubeconfig FOLDER', 'is a directory: name a file in it.'),
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
  misuse('test --keep --cluster kind', '--keep needs a cluster that stays: start one with npx automtls cluster up'),
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
  misuse('action', 'The input cluster must be one of current, kind, native, not "cloud".', {
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
  misuse('prove', 'write `npm run prove -- --list`', { env: taken('prove', { npm_config_list: 'true' }) }),
  misuse('test strict', 'write `npm test -- --suite strict`', { env: taken('test', { npm_config_suite: 'true' }) }),
  misuse('prove 1/2', 'write `npm run prove -- --shard 1/2`', { env: taken('prove', { npm_config_shard: 'true' }) }),
];

const mesh = (text: string) => ({ files: { 'mesh.yaml': text } });

const checks: Misuse[] = [
  misuse('check everything', "Too many arguments for 'check'"),
  misuse('check k8s', 'Files and folders are named with -f. See --help.'),
  misuse('check -f FOLDER', 'Manifests do not say which release of Istio they are for: name it with --istio VERSION'),
  misuse('check -f FOLDER --istio 1.3', 'quote it: YAML takes 1.30 for the number 1.3', mesh('a: 1')),
  misuse('check -f FOLDER --istio newest', '"newest" is not an Istio release', mesh('a: 1')),
  misuse('check -f FOLDER --istio 1.31', 'FOLDER has no .yaml, .yml or .json file: name another folder.'),
  misuse('check -f FOLDER/none --istio 1.31', 'FOLDER/none cannot be read (ENOENT'),
  misuse('check -f FOLDER --istio 1.31', 'mesh.yaml:2 is not YAML', mesh('a: 1\n{ b\n')),
  misuse('check -f FOLDER --context prod --istio 1.31', 'Name a cluster or manifests, not both'),
  misuse(
    'check -f FOLDER --istio 1.31 --from shop/web',
    'there is no client shop/web. There are outsider.',
    mesh('a: 1'),
  ),
  misuse(
    'check -f FOLDER --istio 1.31 --to web.shop',
    'there is no Service port web.shop. There are none',
    mesh('a: 1'),
  ),
  misuse('check --require tls', '--require must be one of mtls, not "tls".'),
  misuse('check --except outsider>*', '--except is for --require'),
  misuse('check --require mtls --except outsider', "--except takes a pair, such as 'shop/web>cart.shop:8080', not"),
  misuse(
    'check --show secret',
    '--show must be one of mtls, plain, broken, refused, mixed, none, unknown, not "secret".',
  ),
  misuse('check', 'There is no kubeconfig FOLDER/none: name a cluster', { env: { KUBECONFIG: 'FOLDER/none' } }),
  misuse('check --kubeconfig /nowhere', 'The kubeconfig /nowhere does not exist'),
];

const changes: Misuse[] = [
  misuse('plan', 'Name one change: -f PATH and --delete OBJECT, or --strict NAMESPACE, or --to PATH.'),
  misuse('plan --strict shop -f FOLDER', 'Name one change'),
  misuse('plan --to FOLDER', '--to is the mesh of then, and needs the mesh of now in manifests, too: --from PATH.'),
  misuse('plan --strict shop --require tls', '--require must be one of mtls, not "tls".'),
  misuse('plan --strict shop --except outsider>*', '--except is for --require'),
  misuse('plan --from FOLDER --strict shop', 'name it with --istio VERSION'),
  misuse('plan --from FOLDER --context prod --strict shop', 'leave out --kubeconfig and --context, or --from.'),
  misuse('plan --from FOLDER --istio 1.31 --strict shop', '--strict: there is no namespace shop in', mesh('a: 1')),
  misuse(
    'plan --delete shop',
    '--delete takes Kind/namespace/name, or Kind/name of what is in no namespace, not "shop".',
  ),
  misuse(
    'plan --from FOLDER --istio 1.31 --delete PeerAuthentication/shop/x',
    '--delete: there is no PeerAuthentication shop/x in',
    mesh('a: 1'),
  ),
  misuse(
    'plan --from FOLDER --istio 1.31 -f FOLDER/mesh.yaml',
    'has no pair to compare: it needs a Service',
    mesh('a: 1'),
  ),
  misuse('upgrade -f FOLDER --from 1.20', 'Which release shall it be? Name it with --to VERSION, such as 1.31.'),
  misuse('upgrade -f FOLDER --to 1.31', 'name it with --from VERSION, such as 1.31.'),
  misuse('upgrade -f FOLDER --from 1.31 --to 1.31', 'the mesh has Istio 1.31 already', mesh('a: 1')),
  misuse('upgrade -f FOLDER --from 1.31 --to 2', '"2" is not an Istio release', mesh('a: 1')),
];

/** Manifests of one's own that a run could ask, and what is wrong in or about them. */
const shop = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop }
spec:
  template:
    metadata: { labels: { app: web } }
    spec: { containers: [{ name: web, image: web, ports: [{ containerPort: 8080 }] }] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
`;
const strict = (mode: string): string => `apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: ${mode} } }
`;
const rule = (host: string): string => `apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: rule, namespace: shop }
spec: { host: ${host} }
`;
const own = (more = '', files: Record<string, string> = {}) => ({
  files: { 'mesh.yaml': more === '' ? shop : `${shop}---\n${more}`, ...files },
});

const ownManifests: Misuse[] = [
  misuse('test -f', "Option '-f, --manifests <PATH...>' argument missing"),
  misuse("test -f ''", '--manifests needs a value, but it is empty'),
  misuse('test -f FOLDER', 'FOLDER has no .yaml, .yml or .json file: name another folder.'),
  misuse('test -f FOLDER/none', 'FOLDER/none cannot be read (ENOENT'),
  misuse('test --then FOLDER', '--then is for your own manifests: name these with -f DIR.'),
  misuse('test --inject shop', '--inject is for your own manifests: name these with -f DIR.'),
  misuse('test --namespace shop', '--namespace is for your own manifests: name these with -f DIR.'),
  misuse('test --require mtls', '--require is for your own manifests: name these with -f DIR.'),
  misuse('test --except web.shop:web.shop', '--except is for your own manifests: name these with -f DIR.'),
  misuse('test -f FOLDER --require tls', '--require must be one of mtls, not "tls".'),
  misuse('test -f FOLDER --suite strict', '-f runs your own manifests instead of suites: leave out --suite', own()),
  misuse('test -f FOLDER --suites FOLDER', '-f runs your own manifests instead of suites: leave out --suite', own()),
  misuse('test -f FOLDER --except *:*', '--except is for --require: name what is required, --require mtls.', own()),
  misuse(
    'test -f FOLDER --require mtls --except web.shop',
    '--except takes a pair, such as \'shop/web>cart.shop:8080\', not "web.shop".',
    own(),
  ),
  misuse(
    'test -f FOLDER --require mtls --except wbe.shop:*',
    '--except wbe.shop:* names no pair. There are web.shop:web.shop:80, outsider.outsider:web.shop:80 and the like.',
    own(),
  ),
  misuse(
    'test -f FOLDER --inject shpo',
    '--inject shpo: nothing of FOLDER/mesh.yaml is in such a namespace. There are shop.',
    own(),
  ),
  misuse(
    'test -f FOLDER --namespace shpo',
    '--namespace shpo: no workload of FOLDER is in such a namespace. There are shop.',
    own(),
  ),
  misuse(
    'test -f FOLDER --cell wbe.shop:web.shop',
    'No step of these suites has the cell "wbe.shop:web.shop" (did you mean web.shop:web.shop?)',
    own(),
  ),
  misuse(
    'test -f FOLDER --without AuthorizationPolicy',
    '--without AuthorizationPolicy: FOLDER has no such policies. Of these kinds it has: none.',
    own(),
  ),
  misuse(
    'check -f FOLDER --istio 1.31',
    'mesh.yaml:1: security.istio.io/v1 has no kind PeerAuthentification: it has PeerAuthentication, AuthorizationPolicy',
    mesh('apiVersion: security.istio.io/v1\nkind: PeerAuthentification\nmetadata: { name: a }\n'),
  ),
  misuse(
    'lint -f FOLDER --istio 1.31',
    'mesh.yaml:1: PeerAuthentication default/a has portLevelMtls for metrics: it takes numbers of ports',
    mesh(
      'apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: a }\nspec: { portLevelMtls: { metrics: { mode: DISABLE } } }\n',
    ),
  ),
  misuse(
    'plan --from FOLDER --istio 1.31 --strict mesh',
    'mesh.yaml:1: Pod default/a has sidecar.istio.io/inject: false, which is no text: write it in quotes',
    mesh('apiVersion: v1\nkind: Pod\nmetadata: { name: a, labels: { sidecar.istio.io/inject: false } }\n'),
  ),
  misuse(
    'check -f FOLDER --istio 1.31',
    'mesh.yaml:1: the Service web has a name that is not filled in: it looks like a Helm template',
    mesh('apiVersion: v1\nkind: Service\nmetadata: { name: web, namespace: "{{ .Release.Namespace }}" }\n'),
  ),
  misuse('test -f FOLDER', 'mesh.yaml:2 is not YAML', mesh('a: 1\n{ b\n')),
  misuse(
    'test -f FOLDER',
    'it looks like a Helm template: render it with `helm template`, and give the output to -f -',
    mesh('{{- if .Values.on }}\nkind: Service\n{{- end }}\n'),
  ),
  misuse(
    'test -f FOLDER',
    'FOLDER has no workload and no Service port to ask',
    mesh('apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: one }\n'),
  ),
  misuse('test -f FOLDER', 'FOLDER has no workload and no Service port to ask', mesh('replicaCount: 1\n')),
  misuse('test -f FOLDER', 'mesh.yaml:14: PeerAuthentication shop/default has mode "STRIKT"', own(strict('STRIKT'))),
  misuse(
    'test -f FOLDER',
    'PeerAuthentication shop/default is there twice, in FOLDER/mesh.yaml:14 and in FOLDER/then.yaml:1',
    own(strict('STRICT'), { 'then.yaml': strict('STRICT') }),
  ),
  misuse(
    'test -f FOLDER',
    'mesh.yaml:14: DestinationRule shop/rule is for host wbe, which no Service has (wbe.shop.svc.cluster.local).',
    own(rule('wbe')),
  ),
  misuse(
    'test -f FOLDER',
    'mesh.yaml:9: Service shop/web has no pods: no workload of namespace shop has the labels app=wbe.',
    mesh(shop.replace('selector: { app: web }', 'selector: { app: wbe }')),
  ),
  misuse('test -f FOLDER/mesh.yaml --then FOLDER/none', 'FOLDER/none cannot be read (ENOENT', own()),
  misuse(
    'test -f FOLDER/mesh.yaml --then FOLDER/then.yaml',
    'FOLDER/then.yaml:1: --then takes what configures the mesh',
    own('', { 'then.yaml': shop }),
  ),
  misuse(
    'test -f FOLDER/mesh.yaml --then FOLDER/then.yaml',
    'FOLDER/then.yaml has nothing that configures the mesh: name another file with --then.',
    own('', { 'then.yaml': 'a: 1\n' }),
  ),
  misuse(
    'test -f FOLDER/mesh.yaml --then FOLDER/then.yaml',
    'FOLDER/then.yaml:1: DestinationRule shop/rule is for host wbe',
    own('', { 'then.yaml': rule('wbe') }),
  ),
];

export const misuses: Misuse[] = [
  ...checks,
  ...changes,
  ...ownManifests,
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
