import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { typeOf } from '../../kinds/index.ts';
import { newId, type Run } from '../../mesh/index.ts';
import type { KubeObject } from '../../model/index.ts';
import type { Acquired } from '../../platform/clusters/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { deleteByUid, list, owned, RUN_LABEL } from '../../platform/kube/index.ts';
import { namespacesOf, type Step, type Suite, stepObjects, topology, workloadObjects } from '../../scenario/index.ts';
import { type Bench, median, prepared, timed, whileAnswering } from './answering.ts';
import { passed, tornDown } from './passed.ts';
import { assertAnswers } from './refresh.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** The time of one task in two ways, in milliseconds. */
export interface TaskTimes {
  what: string;
  ours: number;
  kubectl: number;
}

/** The steps of the task's page, which the script does too. The suites have more steps. */
const page: Step[] = [
  { kind: 'ask', title: 'PERMISSIVE', objects: [] },
  {
    kind: 'ask',
    title: 'migration',
    objects: [],
    traffic: [{ from: 'full/sleep', to: 'partial/httpbin', port: 8000, protocol: 'http' }],
  },
  { kind: 'ask', title: 'STRICT', objects: ['strict'] },
  { kind: 'ask', title: 'DISABLE', objects: ['disable'] },
  { kind: 'ask', title: 'the rule', objects: ['disable', 'destination-rule-istio-mutual'] },
];
const task: Suite[] = [
  { name: 'task', title: '', about: '', topology: 'auto-mtls', steps: page },
  tornDown('auto-mtls'),
];

const topologies = [topology('auto-mtls')];

const REFRESHES = 40;
const LOOPS = 5;

/**
 * Measures on one cluster, in turns, how long the refresh of the matrix and the whole task take: ours, and with bash
 * and kubectl.
 * @throws UsageError if kubectl is not installed
 */
export async function bench(options: Bench): Promise<TaskTimes[]> {
  if ((await execa('kubectl', ['version', '--client'], { reject: false })).failed) {
    throw new UsageError('The benchmark compares with kubectl, which is not there: install it first.');
  }
  return [await refreshes(options), ...(await wholeTask(options))];
}

function refreshes(options: Bench): Promise<TaskTimes> {
  const { acquired, signal, onProgress } = options;
  return whileAnswering(options, topologies, async (run, refresh) => {
    const ours: number[] = [];
    const loops: number[] = [];
    for (let turn = 0; turn < LOOPS; turn += 1) {
      onProgress({ phase: 'matrix', done: turn, total: LOOPS });
      for (let at = 0; at < REFRESHES / LOOPS; at += 1)
        ours.push(await timed(() => assertAnswers(refresh, `round ${ours.length + 1} of ${REFRESHES}`)));
      loops.push(
        await timed(() =>
          execa(`${here}matrix.sh`, { env: environment(acquired, run.namespaces), cancelSignal: signal }),
        ),
      );
    }
    return { what: 'the 2 × 3 matrix, median', ours: median(ours), kubectl: median(loops) };
  });
}

async function wholeTask(options: Bench): Promise<TaskTimes[]> {
  options.onProgress({ phase: 'whole task', detail: 'ours' });
  const { ms } = await passed(task, options, { meshWide: false, advice: 'run npm test' });
  const verdict = ms('set-up') + ms('suites');
  options.onProgress({ phase: 'whole task', detail: 'bash and kubectl' });
  const script = await scriptedTask(options);
  return [
    { what: 'the whole task, to the last verdict', ours: verdict, kubectl: script.verdict },
    { what: 'the whole task, torn down', ours: verdict + ms('teardown'), kubectl: script.gone },
  ];
}

async function scriptedTask(options: Bench): Promise<{ verdict: number; gone: number }> {
  const { acquired, signal } = options;
  const { run } = await prepared(options, topologies);
  const { kube, istio } = run;
  const id = newId();
  const namespaces = namespacesOf(topologies, id);
  const directory = await mkdtemp(join(tmpdir(), 'automtls-bench-'));
  const write = async (name: string, objects: KubeObject[]): Promise<void> =>
    writeFile(join(directory, name), objects.map((object) => stringify(owned(object, id))).join('---\n'));
  const step = (manifest: string): KubeObject[] => stepObjects([manifest], istio.policyApi, namespaces, kube.served);
  try {
    await write('workloads.yaml', workloadObjects(topologies, namespaces));
    await write('strict.yaml', step('strict'));
    await write('disable.yaml', step('disable'));
    await write('rule.yaml', step('destination-rule-istio-mutual'));
    const env = { ...environment(acquired, namespaces), DIR: directory };
    const { stdout } = await execa(`${here}task.sh`, { env, cancelSignal: signal });
    const at = (name: string): number => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
    return { verdict: at('verdict'), gone: at('gone') };
  } finally {
    await rm(directory, { recursive: true });
    // If the script was successful, nothing is left.
    const left = await list(kube, typeOf('Namespace'), { labels: `${RUN_LABEL}=${id}` });
    const own = left.filter(({ metadata }) => Object.values(namespaces).includes(metadata.name));
    await Promise.all(own.map((namespace) => deleteByUid(kube, namespace)));
  }
}

function environment(
  { cluster }: Acquired,
  { full = '', partial = '', legacy = '' }: Run['namespaces'],
): Record<string, string> {
  const context = cluster.context === undefined ? '' : ` --context ${cluster.context}`;
  return {
    FULL: full,
    PARTIAL: partial,
    LEGACY: legacy,
    KUBECTL: `kubectl --kubeconfig ${cluster.kubeconfig}${context}`,
  };
}
