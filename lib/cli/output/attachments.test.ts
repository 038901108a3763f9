import type { Run } from '../../mesh/run.ts';
import { type FakeApi, fakeApi } from '../../platform/kube/api-fixtures.ts';
import { askOf, failedCell, resultsOf } from '../../results/fixtures.ts';
import type { CellResult } from '../../results/types.ts';
import { configMap, learnedWith, runOn } from '../../run/fixtures.ts';
import type { Scenario } from '../../scenario/scenario.ts';
import type { Suite } from '../../scenario/suite.ts';
import { topology } from '../../scenario/topology.ts';
import { FORGED } from '../../verdict/forged.ts';
import type { Seen } from '../../verdict/judgement.ts';
import { attachmentsOf } from './attachments.ts';

let api: FakeApi;
let run: Run;
beforeEach(async () => {
  api = await fakeApi([configMap]);
  run = runOn(api);
});
afterEach(() => api.close());

const suite: Suite = { name: 'strict', title: '', about: '', topology: 'auto-mtls', steps: [] };
const step: Scenario = {
  kind: 'ask',
  title: 'STRICT on httpbin.full',
  objects: ['strict'],
  traffic: topology('auto-mtls').traffic,
};
const result = askOf(resultsOf());
const fails = (cells: CellResult[]): CellResult[] => cells.map((cell) => ({ ...cell, verdict: 'fail' }));
const failed = (changes: Partial<typeof result> = {}) => ({ suite, step, result: { ...result, ...changes } });
const diagnosed = async () => new Map([['serving.yaml', 'pods\n']]);

test('a failed cell has a script and a diagnosis, which it names; any other has none', async () => {
  const { files, onFailure } = attachmentsOf(diagnosed);
  const { cells } = await onFailure(run, learnedWith(), failed());
  const name = 'strict--STRICT-on-httpbin.full--sleep.legacy-to-httpbin.full';
  expect(cells.map(({ script, diagnosis }) => ({ script, diagnosis })).filter(({ script }) => script)).toEqual([
    { script: `repro/${name}.sh`, diagnosis: `diagnosis/${name}` },
  ]);
  expect([...files.keys()]).toEqual([`repro/${name}.sh`, `diagnosis/${name}/serving.yaml`]);
  const script = files.get(`repro/${name}.sh`);
  expect(script).toContain('\n# observed by the run: 30 × 200 in plain text, 4 × not observed (the shell was lost)\n');
  expect(script).toContain('kind: PeerAuthentication');
  expect(script).not.toContain('ab12c3');
});

test('nothing but these names is added to the results', async () => {
  const { cells } = await attachmentsOf(diagnosed).onFailure(run, learnedWith(), failed());
  expect(cells.map(({ script: _, diagnosis: __, ...cell }) => cell)).toEqual(result.cells);
});

test('there are at most ten scripts and five diagnoses, and each has a name of its own', async () => {
  const { files, onFailure } = attachmentsOf(diagnosed);
  for (let times = 0; times < 3; times += 1)
    await onFailure(run, learnedWith(), failed({ cells: fails(result.cells) }));
  const names = [...files.keys()];
  expect(names.filter((name) => name.startsWith('repro/'))).toHaveLength(10);
  expect(names.filter((name) => name.startsWith('diagnosis/'))).toHaveLength(5);
  expect(names).toContain('repro/strict--STRICT-on-httpbin.full--sleep.full-to-httpbin.full-2.sh');
  for (const name of names) expect(name).toMatch(/^(repro|diagnosis)\/[\w./-]+$/);
});

test('a step that no script can do has a diagnosis alone', async () => {
  const { files, onFailure } = attachmentsOf(diagnosed);
  const { cells } = await onFailure(run, learnedWith(), { ...failed(), step: { ...step, autoMtls: false } });
  expect([...files.keys()].map((name) => name.split('/')[0])).toEqual(['diagnosis']);
  expect(cells.some((cell) => 'script' in cell)).toBe(false);
});

test('an interrupted run is not held up by diagnoses', async () => {
  const signal = AbortSignal.abort();
  const { files, onFailure } = attachmentsOf(diagnosed);
  await onFailure({ ...run, signal }, learnedWith(), failed());
  expect([...files.keys()].map((name) => name.split('/')[0])).toEqual(['repro']);
});

test('the identity that nobody has is sent only where a server’s sidecar let it through', async () => {
  const forged: Seen = { ...(failedCell().seen[0] as Seen), observation: { kind: 'mtls', identity: FORGED } };
  const scripts = await Promise.all(
    [failedCell(), { ...failedCell(), seen: [forged] }].map(async (cell) => {
      const { files, onFailure } = attachmentsOf(diagnosed);
      await onFailure(run, learnedWith(), failed({ cells: result.cells.map((one, at) => (at === 3 ? cell : one)) }));
      return [...files.values()][0];
    }),
  );
  expect(scripts.map((script) => String(script).includes('X-Forwarded-Client-Cert: By='))).toEqual([false, true]);
});
