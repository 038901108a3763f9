import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { InconclusiveError } from '../../platform/errors.ts';
import type { OnProgress } from '../../platform/progress.ts';
import { generatedMesh, type MeshSize } from './generated-mesh.ts';
import { servePages } from './paged-api.ts';
import type { Usage, Used } from './usage.ts';

/** A mesh, and what `automtls check` may take on it. */
export interface CheckCase extends MeshSize {
  limits: {
    /** CPU time from the last list to the answer, so that other work on the machine does not count. */
    answerMs: number;
    memory: number;
  };
}

/** How long `automtls check` takes on a generated mesh. */
export interface CheckTime extends CheckCase {
  /** From the start until the last list was there. */
  lists: Used;
  /** From then until it printed something. */
  answer: Used;
  /** The most resident memory, in bytes. */
  memory: number;
}

const GIB = 2 ** 30;

/** The size of Istio's own load test, with as many policies as a team of some years has. */
export const usualMesh: CheckCase = {
  namespaces: 50,
  services: 1000,
  pods: 2000,
  policies: 500,
  limits: { answerMs: 2000, memory: 1.5 * GIB },
};

/** The largest mesh that somebody has planned (istio/istio#44163). */
export const largeMesh: CheckCase = {
  namespaces: 500,
  services: 20_000,
  pods: 100_000,
  policies: 5000,
  limits: { answerMs: 30_000, memory: 1.5 * GIB },
};

const program = fileURLToPath(new URL('../../automtls.sh', import.meta.url));
const preloaded = new URL('usage.ts', import.meta.url);

/**
 * Measures `automtls check` as a program of its own on a cluster that serves a generated mesh.
 * @throws InconclusiveError if it fails
 */
export async function checkTime(
  one: CheckCase,
  { signal, onProgress }: { signal: AbortSignal; onProgress: OnProgress },
): Promise<CheckTime> {
  onProgress({ phase: 'check', detail: `${one.services.toLocaleString('en')} Services` });
  const api = await servePages(generatedMesh(one));
  const folder = await mkdtemp(join(tmpdir(), 'automtls-bench-'));
  try {
    const kubeconfig = join(folder, 'config');
    const usageFile = join(folder, 'usage.json');
    await writeFile(kubeconfig, kubeconfigFor(api.server));
    const env = { AUTOMTLS_BENCH_USAGE: usageFile, NODE_OPTIONS: `--import=${preloaded}` };
    const how = { env, cancelSignal: signal, reject: false } as const;
    const { failed, stderr } = await execa(program, ['check', '--kubeconfig', kubeconfig], how);
    signal.throwIfAborted();
    if (failed) throw new InconclusiveError(`automtls check failed on a generated mesh: ${stderr.slice(-500)}`);
    const { lists, answer, memory }: Usage = JSON.parse(await readFile(usageFile, 'utf8'));
    const since = { wallMs: answer.wallMs - lists.wallMs, cpuMs: answer.cpuMs - lists.cpuMs };
    return { ...one, lists, answer: since, memory };
  } finally {
    api.close();
    await rm(folder, { recursive: true });
  }
}

function kubeconfigFor(server: string): string {
  const name = 'generated';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}

/** Returns which limits were missed, in words; empty if none was. */
export function missed({ answer, memory, limits }: CheckTime): string[] {
  return [
    ...(answer.cpuMs > limits.answerMs ? [`the answer took more than ${limits.answerMs / 1000} s of CPU time`] : []),
    ...(memory > limits.memory ? [`it needed more than ${limits.memory / GIB} GiB`] : []),
  ];
}
