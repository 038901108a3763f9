import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { IstioTest } from '../../platform/builds/index.ts';
import { InconclusiveError } from '../../platform/errors.ts';
import type { Bench } from './answering.ts';
import { childrenOf, firstFailure, goResults, leavesOf } from './go-test-output.ts';
import type { Reachability } from './reachability.ts';

const NAME = 'TestReachability';

/**
 * Runs Istio's own TestReachability on the mesh, which must be deployed as it is, and measures how long its
 * configurations take.
 * @throws InconclusiveError if it fails
 */
export async function istioReachability(test: IstioTest, bench: Bench): Promise<Reachability> {
  const { acquired, signal, onProgress } = bench;
  onProgress({ phase: NAME, detail: "Istio's own, as it is" });
  const directory = await mkdtemp(join(tmpdir(), 'automtls-istio-test-'));
  try {
    const program = execa(test.program, argumentsFor(test, acquired.cluster.kubeconfig, directory), {
      cwd: test.tests,
      env: { REPO_ROOT: test.source },
      cancelSignal: signal,
      reject: false,
    });
    createInterface({ input: program.stdout }).on('line', (line) => {
      const [, configuration] = /^=== RUN +TestReachability\/([^/]+)$/.exec(line) ?? [];
      if (configuration !== undefined) onProgress({ phase: NAME, detail: configuration });
    });
    const { stdout, failed } = await program;
    signal.throwIfAborted();
    return resultOf(stdout, failed);
  } finally {
    await rm(directory, { recursive: true });
  }
}

function argumentsFor({ hub, tag }: IstioTest, kubeconfig: string, directory: string): string[] {
  return [
    `-test.run=^${NAME}$`,
    '-test.v',
    '-test.timeout=15m',
    `-istio.test.kube.config=${kubeconfig}`,
    '-istio.test.kube.deploy=false',
    '-istio.test.kube.loadbalancer=false',
    // A virtual machine's image is a whole distribution, which nothing here builds.
    '-istio.test.skipVM',
    `-istio.test.hub=${hub}`,
    `-istio.test.tag=${tag}`,
    '-istio.test.pullpolicy=IfNotPresent',
    `-istio.test.work_dir=${directory}`,
  ];
}

/** @throws InconclusiveError if the program failed, or did not run every test that it began, or none */
function resultOf(output: string, failed: boolean): Reachability {
  const results = failed ? [] : goResults(output);
  const cases = leavesOf(results).filter(({ outcome }) => outcome === 'PASS').length;
  if (cases === 0) {
    const first = firstFailure(output);
    const last = `did not run to its end; its output ends:\n${output.trimEnd().split('\n').slice(-8).join('\n')}`;
    const how = first === undefined ? last : `failed at ${first}`;
    throw new InconclusiveError(`There is no time of Istio's own ${NAME}, because it ${how}`);
  }
  const ms = childrenOf(results, NAME).reduce((sum, one) => sum + one.ms, 0);
  return { what: `Istio's own ${NAME}`, cases, requests: '9, in three calls; 6 in a migration', ms };
}
