import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stringify } from 'yaml';
import type { KubeObject } from '../../model/types.ts';
import { parseRelease } from '../../model/world/release.ts';
import { down, up } from '../../platform/clusters/native/index.ts';
import type { AskResult, Results } from '../../results/types.ts';
import { planOf, readManifests, withInjection } from '../../survey/index.ts';
import { randomMesh } from '../../tools/fuzz/meshes/random-mesh.ts';

// Manifests of others, as they are, run on stand-ins: every pair is as the model says, and what STRICT breaks is what plan
// said. It builds releases, and takes some minutes for each: npm run soak.

const LIMIT_MS = 1_800_000;
const quiet = { onProgress: () => {}, signal: new AbortController().signal };
const root = fileURLToPath(new URL('../../..', import.meta.url));

let out: string;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'automtls-soak-'));
});
afterAll(() => rm(out, { recursive: true }));

/** Runs manifests on a cluster of its own with a version of Istio. Returns the exit code, the results, and what was printed. */
async function tested(
  istio: string,
  args: string[],
): Promise<{ exitCode: number | undefined; results: Results; text: string }> {
  const name = `soak-${process.pid}`;
  await up({ name, istio, lasting: true, ...quiet });
  try {
    const cluster = ['--cluster', 'native', '--native-name', name];
    // A run that made no results must not be taken for the one before.
    const results = await mkdtemp(join(out, 'run-'));
    const begun = performance.now();
    const { exitCode, all } = await execa(
      join(root, 'lib/automtls.sh'),
      ['test', ...args, ...cluster, '--out', results, '--timings'],
      { reject: false, all: true },
    );
    process.stderr.write(`${args[1]} on ${istio}: ${Math.round((performance.now() - begun) / 1000)} s\n`);
    const written = await readFile(join(results, 'latest/results.json'), 'utf8').catch(() => undefined);
    if (written === undefined) throw new Error(`The run made no results, and said:\n${all}`);
    return { exitCode, results: JSON.parse(written) as Results, text: all };
  } finally {
    await down({ name, onProgress: () => {} });
  }
}

function stepsOf({ suites }: Results): AskResult[] {
  const own = suites.find(({ name }) => name === 'manifests');
  return (own?.steps ?? []).flatMap((step) => (step.kind === 'ask' ? [step] : []));
}

/** Returns what each pair was seen to come to, by its name; only those that passed. */
function seenIn(step: AskResult | undefined): Map<string, string> {
  const passed = (step?.cells ?? []).filter(({ verdict }) => verdict === 'pass');
  return new Map(
    passed.map(({ client, server, port, expectation }) => {
      const kinds = expectation.outcomes.map(({ outcome }) => outcome.kind).sort();
      return [`${client} → ${server}:${port}`, kinds.join()];
    }),
  );
}

/** Returns the names of pairs that a plan says change, as results have them. */
function changedBy(manifests: string, strict: string, namespace: string): string[] {
  const base = withInjection(readManifests([{ file: 'mesh.yaml', text: manifests }]), [namespace]);
  const apply = readManifests([{ file: 'strict.yaml', text: strict }]);
  const { comparison } = planOf(base, { apply, remove: [] }, '1.31');
  return comparison.pairs.flatMap(({ clients, servers }) =>
    clients.flatMap(({ namespace: where, outsider, workloads }) =>
      (outsider ? ['outsider.outsider'] : workloads.map((name) => `${name}.${where}`)).flatMap((client) =>
        servers.map(
          ({ service, port }) => `${client} → ${service.metadata.name}.${service.metadata.namespace}:${port}`,
        ),
      ),
    ),
  );
}

describe.each(['bookinfo', 'microservices-demo'])('%s, as its repository has it', (name) => {
  test.each(['1.31-dev', '1.24.2'])(
    'on Istio %s every pair is as predicted, and STRICT breaks what plan says',
    async (istio) => {
      const file = fileURLToPath(new URL(`samples/${name}.yaml`, import.meta.url));
      const strict = stringify({
        apiVersion: 'security.istio.io/v1beta1',
        kind: 'PeerAuthentication',
        metadata: { name: 'default', namespace: 'default' },
        spec: { mtls: { mode: 'STRICT' } },
      });
      const over = join(out, 'strict.yaml');
      await writeFile(over, strict);
      const { exitCode, results, text } = await tested(istio, ['-f', file, '--inject', 'default', '--then', over]);
      expect({ exitCode, ...(exitCode !== 0 && { text }) }).toEqual({ exitCode: 0 });
      const [, all, strictly] = stepsOf(results).map(seenIn);
      const changed = [...(strictly ?? [])].filter(([pair, kinds]) => all?.get(pair) !== kinds).map(([pair]) => pair);
      expect(changed.length).toBeGreaterThan(0);
      expect(changed.sort()).toEqual(changedBy(await readFile(file, 'utf8'), strict, 'default').sort());
    },
    LIMIT_MS,
  );
});

test.each([1, 2, 3])(
  'a folder of 60 workloads by seed %d: no pair is otherwise than predicted, and hardly one is not judged',
  async (seed) => {
    const { layout, policies } = randomMesh(seed, parseRelease('1.31'), 'istio-system', 17);
    // What nobody serves, and what is for it, is refused before anything is made.
    const isSound = ({ kind, metadata, ...rest }: KubeObject): boolean =>
      !(kind === 'Service' && metadata.name === 'nobody') && !JSON.stringify(rest).includes('nobody');
    const objects = [...layout, ...(policies.at(-1) ?? [])].filter(isSound);
    const file = join(out, `mesh-${seed}.yaml`);
    await writeFile(file, objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n'));
    const { results, text } = await tested('1.31-dev', ['-f', file]);
    const cells = stepsOf(results).flatMap((step) => step.cells);
    const isLeftOpen = ({ expectation }: (typeof cells)[number]): boolean => expectation.notJudged !== undefined;
    const others = cells.filter((cell) => cell.verdict !== 'pass' && !isLeftOpen(cell));
    const words = ({ client, server, why }: (typeof cells)[number]): string => `${client} → ${server}: ${why}`;
    const wrong = others.filter(({ verdict }) => verdict === 'fail').map(words);
    const doubtful = others.filter(({ verdict }) => verdict !== 'fail').map(words);
    expect({ wrong }).toEqual({ wrong: [] });
    // On a busy machine pods stop being ready, and their endpoints come anew while they are asked.
    expect({ doubtful, isRare: doubtful.length <= cells.length / 100 }).toMatchObject({ isRare: true });
    expect(cells.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(cells.length / 2);
    process.stderr.write(`${text.split('\n')[0]}\n`);
  },
  LIMIT_MS,
);
