import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'yaml';
import type { Kube } from '../../platform/kube/connection/connect.ts';
import { list } from '../../platform/kube/objects.ts';
import { cellsOf, judge, kubeconfig, mesh, pastTheSidecar, startCommand, until } from './harness.ts';
import { pathWithKubectl } from './kubectl.ts';

// What a failure leaves beside the results, and the scripts with kubectl.

let kube: Kube;
let out: string;
let config: string;
let path: string;
beforeAll(async () => {
  config = await kubeconfig();
  kube = await mesh();
  out = await mkdtemp(join(tmpdir(), 'automtls-'));
  path = await pathWithKubectl(out);
});
afterAll(() => rm(out, { recursive: true }));

/** Starts a script in a process group of its own, as a shell starts it. */
const sh = (script: string) =>
  execa('sh', ['-s', '--', '--kubeconfig', config], {
    input: script,
    detached: true,
    reject: false,
    env: { PATH: path },
  });

/** Returns the namespaces of scripts. */
const made = () => list(kube, { apiVersion: 'v1', kind: 'Namespace' }, { labels: 'automtls.dev/repro' });

const printed = async (...args: string[]): Promise<string> => {
  const { stdout, exitCode } = await startCommand('repro', ...args);
  expect(exitCode).toBe(0);
  return stdout;
};

test('on a broken mesh a run leaves a script that shows it, and what the mesh was; mended, the script shows that, too', async () => {
  const { results, broken } = await pastTheSidecar(kube, async () => {
    const judged = await judge(out, '--suite', 'strict', '--step-timeout', '4s');
    const refused = cellsOf(judged.results).find(({ client }) => client === 'sleep.legacy');
    return { ...judged, broken: await sh(await readFile(join(out, 'latest', refused?.script ?? ''), 'utf8')) };
  });
  expect(broken.stdout).toMatch(/^expected: 000 with curl exit 56\nobserved by the run: \d+ × 200 in plain text\n/);
  expect(broken.stdout).toMatch(/^ +90 200, curl exit 0, no X-Forwarded-Client-Cert$/m);
  // It judges nothing.
  expect(broken.exitCode).toBe(0);

  const failed = cellsOf(results).filter(({ verdict }) => verdict === 'fail');
  expect(failed.length).toBeGreaterThan(1);
  expect(failed.every(({ script, diagnosis }) => script !== undefined && diagnosis !== undefined)).toBe(true);
  const text = (...names: string[]) => readFile(join(out, 'latest', ...names), 'utf8');
  const mended = await sh(await text(failed.find(({ client }) => client === 'sleep.legacy')?.script ?? ''));
  expect(mended.stdout).toMatch(/^ +90 000, curl exit 56, no X-Forwarded-Client-Cert$/m);
  expect(mended.exitCode).toBe(0);
  expect(await made()).toEqual([]);

  // Both ends of this pair have a sidecar.
  const folder = failed.find(({ client }) => client === 'sleep.full')?.diagnosis ?? '';
  const files = await readdir(join(out, 'latest', folder));
  expect(files.map((name) => name.replace(/^(client|server)-.*\./, '$1-POD.')).sort()).toEqual([
    ...['client-POD.yaml', 'istiod.yaml', 'policies.yaml', 'server-POD.yaml', 'serving.yaml'],
  ]);
  const [client = '', server = ''] = ['client', 'server'].map((end) => files.find((name) => name.startsWith(end)));
  const full = results.run.namespaces['full'];
  expect(await text(folder, client)).toContain(`name: outbound|8000||httpbin.${full}.svc.cluster.local`);
  expect(await text(folder, client)).toContain('tlsMode: istio');
  expect(await text(folder, client)).toContain(`spiffe://cluster.local/ns/${full}/sa/sleep`);
  expect(await text(folder, server)).toContain('name: virtualInbound');
  expect(await text(folder, server)).toContain(`spiffe://cluster.local/ns/${full}/sa/httpbin`);
  expect(parse(await text(folder, 'policies.yaml')).PeerAuthentication).toMatchObject([
    { spec: { mtls: { mode: 'STRICT' } } },
  ]);
  const { istiods, unknown } = parse(await text(folder, 'istiod.yaml'));
  expect(istiods[0].proxies).toHaveLength(2);
  expect(unknown).toEqual([]);

  const all = (await readdir(join(out, 'latest', 'diagnosis'), { recursive: true })).filter((name) =>
    /yaml$/.test(name),
  );
  const sizes = await Promise.all(all.map(async (name) => (await stat(join(out, 'latest', 'diagnosis', name))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_000_000);
  for (const name of all) expect(await text('diagnosis', name)).not.toMatch(/PRIVATE KEY|SecretsConfigDump/);
});

test('a run in which nothing fails leaves its reports alone', async () => {
  await judge(out, '--suite', 'permissive', '--cell', 'full/sleep>full/httpbin');
  expect((await readdir(join(out, 'latest'))).sort()).toEqual([
    'junit.xml',
    'record.json.br',
    'report.html',
    'results.json',
    'summary.md',
  ]);
});

const [none, some] = ['no X-Forwarded-Client-Cert', 'X-Forwarded-Client-Cert of SLEEP'];

test.each([
  {
    what: 'HTTP to two kinds of endpoint',
    args: ['--suite', 'permissive', '--cell', 'full/sleep>partial/httpbin'],
    answers: [`200, curl exit 0, ${some}`, `200, curl exit 0, ${none}`],
  },
  {
    what: '503',
    args: ['--suite', 'destination-rule', '--step', 'DISABLE and', '--cell', 'full/sleep>full/httpbin'],
    answers: [`503, curl exit 0, ${none}`],
  },
  {
    what: 'gRPC',
    args: ['--suite', 'protocols', '--step', 'STRICT', '--cell', 'meshed/sleep>grpc://echo.mixed'],
    answers: [`200, gRPC status 0, curl exit 0, ${some}`, `200, gRPC status 0, curl exit 0, ${none}`],
  },
])('a script on a good mesh: $what', async ({ args, answers }) => {
  const { stdout, exitCode } = await sh(await printed(...args));
  const lines = [...stdout.matchAll(/^ +\d+ (.*)$/gm)].map(([, line = '']) => line);
  const seen = lines.map((line) =>
    line.replace(/spiffe:\/\/cluster\.local\/ns\/[a-z]+-repro-[\d-]+\/sa\/sleep$/, 'SLEEP'),
  );
  expect(seen.toSorted()).toEqual(answers.toSorted());
  expect(exitCode).toBe(0);
});

test('a script over TCP: the answers show nothing, so it prints what the sidecars counted', async () => {
  const args = ['--suite', 'protocols', '--step', 'STRICT', '--cell', 'meshed/sleep>tcp://echo.mixed'];
  const { stdout, exitCode } = await sh(await printed(...args));
  expect(stdout).toMatch(new RegExp(`^ +90 200, curl exit 0, ${none}$`, 'm'));
  const [before = 0, after = 0] = [...stdout.matchAll(/ssl\.handshake: (\d+)$/gm)].map(([, count]) => Number(count));
  // One of two endpoints has a sidecar.
  expect(after - before).toBeGreaterThan(20);
  expect(exitCode).toBe(0);
});

test('^C ends a script, and nothing of it is left', async () => {
  const running = sh(await printed('--suite', 'strict', '--cell', 'legacy/sleep>full/httpbin'));
  await until(async () => (await made()).length === 2);
  process.kill(-(running.pid as number), 'SIGINT');
  expect((await running).exitCode).toBe(130);
  expect(await made()).toEqual([]);
});
