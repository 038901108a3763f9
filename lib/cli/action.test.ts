import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse as parseYaml, stringify } from 'yaml';
import type { KubeObject } from '../model/types.ts';
import { UsageError } from '../platform/errors.ts';
import { changed, resultsOf } from '../results/fixtures.ts';
import type { CheckResult, Results, UnsealedResults } from '../results/types.ts';
import { app, namespace, policy, security } from '../survey/fixtures.ts';
import { actionOutputs, performAction, testArguments } from './action.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';
import { keep } from './output/keep.ts';

const job = { GITHUB_WORKSPACE: '/home/runner/repo', HOME: '/home/runner' };
const empty = { INPUT_SUITE: '', INPUT_ISTIO_VERSION: '', INPUT_CLUSTER: '', INPUT_KUBECONFIG: '', INPUT_CONTEXT: '' };
const out = '--out=/home/runner/repo/automtls-results';

describe('inputs become arguments of npm test', () => {
  test.each<[string, Record<string, string>, string[]]>([
    ['none', empty, ['--cluster=kind', out]],
    [
      'a release and suites',
      { ...empty, INPUT_CLUSTER: 'kind', INPUT_ISTIO_VERSION: '1.30', INPUT_SUITE: 'strict,disable' },
      ['--cluster=kind', '--suite=strict,disable', '--istio=1.30', out],
    ],
    [
      "the job's own cluster, in the usual place",
      { ...empty, INPUT_CLUSTER: 'current', INPUT_CONTEXT: 'staging' },
      ['--cluster=current', '--kubeconfig=/home/runner/.kube/config', '--context=staging', out],
    ],
    [
      'the usual place, where KUBECONFIG names another',
      { INPUT_CLUSTER: 'current', KUBECONFIG: '/etc/kubeconfig' },
      ['--cluster=current', '--kubeconfig=/etc/kubeconfig', out],
    ],
    [
      'a kubeconfig before the usual one, from the workspace on',
      { INPUT_CLUSTER: 'current', INPUT_KUBECONFIG: 'ci/kubeconfig', KUBECONFIG: '/etc/kubeconfig' },
      ['--cluster=current', '--kubeconfig=/home/runner/repo/ci/kubeconfig', out],
    ],
    [
      'a value that looks like an option stays a value',
      { INPUT_SUITE: '--sweep', INPUT_CONTEXT: "a b'; rm -rf /" },
      ['--cluster=kind', '--suite=--sweep', "--context=a b'; rm -rf /", out],
    ],
    [
      'manifests of the job',
      {
        INPUT_CLUSTER: 'native',
        INPUT_MANIFESTS: 'k8s, base/mesh.yaml',
        INPUT_THEN: 'strict.yaml',
        INPUT_INJECT: 'shop',
        INPUT_REQUIRE: 'mtls',
        INPUT_EXCEPT: 'outsider>*\nbatch/invoices>web.shop:80',
      },
      [
        '--cluster=native',
        out,
        '--manifests=k8s',
        '--manifests=base/mesh.yaml',
        '--then=strict.yaml',
        '--inject=shop',
        '--require=mtls',
        '--except=outsider>*',
        '--except=batch/invoices>web.shop:80',
      ],
    ],
  ])('%s', (_, inputs, expected) => expect(testArguments({ ...job, ...inputs })).toEqual(expected));

  test.each<[Record<string, string>, string]>([
    [{ ...job, INPUT_CLUSTER: 'natif' }, 'The input cluster must be one of current, kind, native, not "natif".'],
    [{ ...job, INPUT_CLUSTER: 'auto' }, 'The input cluster must be one of current, kind, native, not "auto".'],
    [{ INPUT_CLUSTER: 'kind' }, 'needs GITHUB_WORKSPACE: elsewhere use npm test.'],
    [{ GITHUB_WORKSPACE: '/work', INPUT_CLUSTER: 'current' }, 'set the input kubeconfig.'],
  ])('%p is a mistake', (env, sentence) => {
    expect(() => testArguments(env)).toThrow(UsageError);
    expect(() => testArguments(env)).toThrow(sentence);
  });
});

describe('action.yml', () => {
  const file = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');
  const { inputs, outputs, runs } = parseYaml(file);
  const step = runs.steps.find(({ id }: { id?: string }) => id === 'run');

  test('passes on every input, and each is used', () => {
    const variable = (input: string) => `INPUT_${input.toUpperCase().replaceAll('-', '_')}`;
    const names = Object.keys(inputs);
    expect(step.env).toEqual(Object.fromEntries(names.map((name) => [variable(name), `\${{ inputs.${name} }}`])));
    const values = names.map((name) => [variable(name), name === 'cluster' ? 'current' : `my-${name}`]);
    const given = testArguments({ ...job, ...Object.fromEntries(values) }).join(' ');
    const ofPlans = ['INPUT_PLAN', 'INPUT_BASE', 'INPUT_REQUIRE', 'INPUT_EXCEPT'];
    expect(values.filter(([name = '']) => ofPlans.includes(name))).toHaveLength(ofPlans.length);
    expect(
      values.filter(([name = '']) => !ofPlans.includes(name)).filter(([, value = '']) => !given.includes(value)),
    ).toEqual([]);
    const asked = [...file.matchAll(/\binputs\.([\w-]+)/g)].map(([, name]) => name);
    expect(asked.filter((name) => !names.includes(name ?? ''))).toEqual([]);
  });

  test('takes its outputs from those that the command writes', () => {
    const written = [...actionOutputs(resultsOf(), '').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    const taken = [...file.matchAll(/\bsteps\.(\w+)\.outputs\.(\w+)/g)];
    expect(taken.filter(([, id, name]) => id !== 'run' || !written.includes(name)).map(([all]) => all)).toEqual([]);
    for (const [name, { value }] of Object.entries<{ value: string }>(outputs)) {
      expect(value).toBe(`\${{ steps.run.outputs.${name} }}`);
    }
  });
});

test('outputs are lines of name and value, and what is inconclusive did not pass', () => {
  expect(actionOutputs(resultsOf(), '/home/runner/repo/automtls-results/a')).toBe(`verdict=fail
passed=5
failed=2
inconclusive=1
skipped=1
run=ab12c3
results=/home/runner/repo/automtls-results/a
report=/home/runner/repo/automtls-results/a/report.html
`);
});

test('a run with an error of its own has one more that did not pass, as its JUnit report has', () => {
  const step = resultsOf().suites[0]?.steps[0] as CheckResult;
  const good = { suites: [{ name: 'setup', title: '', steps: [step] }] };
  const inconclusive = (changes: Partial<UnsealedResults>) =>
    /^inconclusive=(\d+)$/m.exec(actionOutputs(changed({ ...good, ...changes }), ''))?.[1];
  expect(inconclusive({})).toBe('0');
  expect(inconclusive({ runErrors: ['the results could not be written', 'something is left'] })).toBe('1');
  expect(inconclusive({ run: { ...resultsOf().run, interrupted: true } })).toBe('0');
  expect(inconclusive({ suites: [] })).toBe('1');
});

describe('a plan', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'automtls-'));
  });
  afterEach(() => rm(workspace, { recursive: true }));

  const git = (...args: string[]) =>
    execa('git', ['-C', workspace, '-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args]);
  const shop = [namespace('shop'), ...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })];
  const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
  const write = async (file: string, objects: KubeObject[]): Promise<void> => {
    await mkdir(join(workspace, 'k8s'), { recursive: true });
    await writeFile(join(workspace, file), objects.map((object) => stringify(object)).join('---\n'));
  };
  /** Runs the step in a repository whose base has no policy. */
  const step = async (inputs: Record<string, string>) => {
    await git('init', '--quiet', '--initial-branch', 'main');
    await write('k8s/mesh.yaml', shop);
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'base');
    await git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    await write('k8s/strict.yaml', [strict]);
    const { context, printed } = contextWith([], {
      env: { GITHUB_WORKSPACE: workspace, INPUT_PLAN: 'k8s', INPUT_ISTIO_VERSION: '1.31', ...inputs },
    });
    const github = { annotates: true, outputFile: join(workspace, 'outputs') };
    const code = await main(['action'], { ...context, github });
    return { code, printed, outputs: await readFile(join(workspace, 'outputs'), 'utf8') };
  };

  test('against the base of a pull request: what breaks is an annotation of its file', async () => {
    const { code, printed, outputs } = await step({ GITHUB_BASE_REF: 'main' });
    expect(code).toBe(1);
    expect(printed.at(-1)).toMatch(/^::error file=k8s\/strict\.yaml,line=1,title=1 pair would break/);
    expect(outputs).toBe('verdict=fail\n');
  });

  test('with what is required, and the pairs of which it is not', async () => {
    const except = 'outsider>old.shop:80,\nshop/* > old.shop:80';
    const { printed } = await step({ GITHUB_BASE_REF: 'main', INPUT_REQUIRE: 'mtls', INPUT_EXCEPT: except });
    expect(printed.join('\n')).toContain(
      'Required: mutual TLS. No request is answered without it afterwards, but of 3 pairs that are excepted.',
    );
  });

  test.each<[string, Record<string, string>, string]>([
    ['exceptions from nothing', { INPUT_BASE: 'HEAD', INPUT_EXCEPT: 'a/b>c.d' }, '--except is for --require'],
    ['a base that was not fetched', { GITHUB_BASE_REF: 'release' }, 'check out with fetch-depth: 0'],
    ['folders that the base does not have', { INPUT_BASE: 'HEAD', INPUT_PLAN: 'charts' }, 'name folders that it has'],
    ['no pull request', {}, 'name a commit with the input base'],
    ['no release', { INPUT_BASE: 'HEAD', INPUT_ISTIO_VERSION: '' }, 'The input plan needs istio-version'],
    ['a commit that looks like an option', { INPUT_BASE: '--exec=x' }, 'check out with fetch-depth: 0'],
  ])('%s is a mistake', async (_, inputs, sentence) => {
    await expect(step(inputs)).rejects.toThrow(sentence);
  });
});

describe('a step', () => {
  let workspace: string;
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'automtls-'));
  });
  afterEach(() => rm(workspace, { recursive: true }));

  const context = (run: (args: string[]) => Promise<number>): Parameters<typeof performAction> => [
    {
      env: { GITHUB_WORKSPACE: workspace },
      github: { annotates: true, outputFile: join(workspace, 'outputs') },
    },
    run,
  ];
  const results = (id: string): Results => {
    const found = resultsOf();
    return { ...found, run: { ...found.run, id } };
  };
  const finds = (id: string) => async (): Promise<number> => {
    await keep(results(id), join(workspace, 'automtls-results'));
    return 1;
  };
  const outputs = (): Promise<string> => readFile(join(workspace, 'outputs'), 'utf8').catch(() => 'none');

  test('ends as the run does, and its outputs tell of that run', async () => {
    const given: string[][] = [];
    const exitCode = await performAction(
      ...context((args) => {
        given.push(args);
        return finds('ab12c3')();
      }),
    );
    expect(exitCode).toBe(1);
    expect(given).toEqual([['test', '--cluster=kind', `--out=${workspace}/automtls-results`]]);
    const folder = `${workspace}/automtls-results/2026-01-02T03-04-05-678Z-ab12c3`;
    expect(await outputs()).toBe(actionOutputs(results('ab12c3'), folder));
    expect(await readFile(`${folder}/report.html`, 'utf8')).toContain('<html');
  });

  test('a second in the same job has outputs of its own; without results it has none', async () => {
    await performAction(...context(finds('first')));
    const first = await outputs();
    expect(await performAction(...context(async () => 3))).toBe(3);
    expect(await outputs()).toBe(first);
    await performAction(...context(finds('second')));
    expect((await outputs()).slice(first.length)).toContain('run=second\n');
  });

  test('what the run refuses is refused', async () => {
    const refused = performAction(...context(async () => Promise.reject(new UsageError('no such suite'))));
    await expect(refused).rejects.toThrow('no such suite');
    expect(await outputs()).toBe('none');
  });

  test('it takes no arguments, and says so', async () => {
    const { context, printed } = contextWith([]);
    expect(await main(['action', '--help'], context)).toBe(0);
    expect(printed.join('\n')).toMatch(/as\s+INPUT_…/);
    await expect(main(['action', 'strict'], context)).rejects.toThrow("Too many arguments for 'action'");
    await expect(main(['action', '--suite', 'strict'], context)).rejects.toThrow("Unknown option '--suite'");
  });
});
