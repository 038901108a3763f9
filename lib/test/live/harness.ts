import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import type { KubeObject } from '../../model/types.ts';
import { status } from '../../platform/clusters/native/index.ts';
import { connect, type Kube } from '../../platform/kube/connection/connect.ts';
import { create, deleteByUid, list } from '../../platform/kube/objects.ts';
import { RUN_LABEL } from '../../platform/kube/ownership.ts';
import { waitFor } from '../../platform/wait.ts';
import { resultsFrom } from '../../results/file.ts';
import type { AskResult, CellResult, Results } from '../../results/types.ts';
import { LIVE } from './cluster.ts';
import { hear } from './heard.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** A run on GitHub's own runner must not tell GitHub what was broken on purpose. */
const nobodys = { GITHUB_ACTIONS: '', GITHUB_STEP_SUMMARY: '' };
const flags = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];

/** Returns the path of the kubeconfig of the live tests' cluster. */
export async function kubeconfig(): Promise<string> {
  const there = await status(LIVE);
  if (there.state !== 'running') throw new Error('the cluster of the live tests is not running');
  return there.kubeconfig;
}

/** Connects to the live tests' cluster. */
export async function mesh(): Promise<Kube> {
  return connect({ kubeconfig: await kubeconfig() });
}

/** Starts `npm test -- …` as a user would, in a process of its own. */
export function start(...args: string[]) {
  return startCommand('test', ...args);
}

/** Starts one of the project's commands as a user would, in a process of its own. */
export function startCommand(...command: string[]) {
  return startWith({}, ...command);
}

/** Does the same with environment variables of its own. */
export function startWith(env: Record<string, string>, ...command: string[]) {
  const started = execa(process.execPath, [...flags, 'lib/cli.ts', ...command], {
    cwd: root,
    reject: false,
    all: true,
    env: { CI: 'true', ...nobodys, ...env },
    // Execa would otherwise send SIGKILL during a long cleanup.
    forceKillAfterDelay: false,
  });
  hear(command.join(' '), started.all);
  return started;
}

/** Runs `npm test -- …` to its end, on the live tests' cluster if no other is named. */
export async function run(...args: string[]): Promise<{ exitCode: number | undefined; all: string }> {
  const named = args.includes('--kubeconfig') ? [] : ['--kubeconfig', await kubeconfig()];
  const { exitCode, all } = await start(...named, ...args);
  return { exitCode, all };
}

/** Runs `automtls sweep` to its end on the live tests' cluster. */
export async function sweep(): Promise<{ exitCode: number | undefined; all: string }> {
  const { exitCode, all } = await startCommand('sweep', '--kubeconfig', await kubeconfig());
  return { exitCode, all };
}

/** Runs suites on the live tests' cluster and returns what results.json says, too, which must be as its schema has it. */
export async function judge(
  out: string,
  ...args: string[]
): Promise<{ exitCode: number | undefined; all: string; results: Results }> {
  const ended = await run('--out', out, ...args);
  return { ...ended, results: await resultsIn(out) };
}

/** Returns what the last run wrote that had this folder for its results. */
export async function resultsIn(out: string): Promise<Results> {
  const file = `${out}/latest/results.json`;
  return resultsFrom(await readFile(file, 'utf8'), file);
}

/** Returns the names of the namespaces that runs have on the cluster. */
export async function runNamespaces(kube: Kube): Promise<string[]> {
  const found = await list(kube, { apiVersion: 'v1', kind: 'Namespace' }, { labels: RUN_LABEL });
  return found.map(({ metadata }) => metadata.name).sort();
}

export const pod = { apiVersion: 'v1', kind: 'Pod' };
export const peerAuthentication = { apiVersion: 'security.istio.io/v1', kind: 'PeerAuthentication' };

/** Returns the objects of a kind in the `full` namespace of a run under way; none before it is there. */
export async function inFull(kube: Kube, kind: { apiVersion: string; kind: string }): Promise<KubeObject[]> {
  const full = (await runNamespaces(kube)).find((name) => name.startsWith('full-'));
  return full === undefined ? [] : list(kube, kind, { namespace: full });
}

/** Looks until something is there to see; the test's own time limit ends it otherwise. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  return waitFor(look, { what: 'a live test', limitMs: Number.POSITIVE_INFINITY, everyMs: 50 });
}

/**
 * Makes objects, waits until they act, does some work, and takes them away again, whatever became of it. The API server
 * goes by a policy for a moment after it is deleted: what comes next begins when the objects no longer act.
 */
export async function sabotaged<T>(
  kube: Kube,
  objects: KubeObject[],
  work: () => Promise<T>,
  acts?: () => Promise<boolean>,
): Promise<T> {
  for (const object of objects) await create(kube, object, 'live');
  try {
    if (acts) await until(acts);
    return await work();
  } finally {
    for (const object of objects.toReversed()) await deleteByUid(kube, object);
    if (acts) await until(async () => !(await acts()));
  }
}

/** Returns the object as the API server would store it. */
export async function dryRun(kube: Kube, object: KubeObject): Promise<KubeObject> {
  return (await kube.objects.create(object as never, undefined, 'All')) as unknown as KubeObject;
}

/**
 * Does some work on a mesh that does not do what its policies say: an annotation, put on the pods of a server on their way
 * into the API server, leads requests to its port 8080 past their sidecars.
 */
export async function pastTheSidecar<T>(
  kube: Kube,
  work: () => Promise<T>,
  server = { app: 'httpbin', namespace: 'full' },
): Promise<T> {
  const key = 'traffic.sidecar.istio.io/excludeInboundPorts';
  const sabotage = admission(
    'automtls-live-past',
    { group: '', resource: 'pods' },
    `object.metadata.?labels[?"app"].orValue("") == "${server.app}" && (request.namespace.startsWith("${server.namespace}-") || request.namespace == "default")`,
    `Object{metadata: Object.metadata{annotations: {"${key}": "8080"}}}`,
  );
  const trial = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'trial', namespace: 'default', labels: { app: server.app } },
    spec: { containers: [{ name: 'httpbin', image: 'httpbin' }] },
  };
  const acts = async () => (await dryRun(kube, trial)).metadata.annotations?.[key] === '8080';
  return sabotaged(kube, sabotage, work, acts);
}

/** Returns a policy that changes objects on their way into the API server, with its binding. */
export function admission(
  name: string,
  rule: { group: string; resource: string },
  condition: string,
  change: string,
): KubeObject[] {
  const spec = {
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    matchConstraints: {
      resourceRules: [
        { apiGroups: [rule.group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [rule.resource] },
      ],
    },
    matchConditions: [{ name: 'chosen', expression: condition }],
    mutations: [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression: change } }],
  };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const policy = { apiVersion, kind: 'MutatingAdmissionPolicy', metadata: { name }, spec };
  const binding = {
    apiVersion,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name },
    spec: { policyName: name },
  };
  return [policy, binding];
}

/** Returns the steps of a run that ask. */
export function asksOf({ suites }: Results): AskResult[] {
  return suites.flatMap(({ steps }) => steps.filter((step): step is AskResult => step.kind === 'ask'));
}

/** Returns the cells of a run. */
export function cellsOf(results: Results): CellResult[] {
  return asksOf(results).flatMap(({ cells }) => cells);
}
