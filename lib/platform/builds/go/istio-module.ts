import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { UsageError } from '../../errors.ts';
import type { BuildContext } from '../context.ts';
import { failing } from './go.ts';
import { execaInNamespaces } from './kill-with-parent.ts';

/** The Go module of a commit of Istio. */
export interface BuildableModule {
  /** The version that istiod reports and its images have, such as 1.24.2. */
  version: string;
  /** The version of the Go module, and its checksum as in go.sum. */
  pseudoVersion: string;
  sum: string;
  /** Flags of `go mod edit` that change its go.mod, and the lines that its go.sum needs for them. */
  edits: string[];
  sums: string[];
}

/**
 * Copies the module to a new directory, with its go.mod changed so that it can be built: files in Go's module cache
 * cannot be changed.
 * @throws UsageError if it cannot be downloaded, or has another checksum
 */
export async function copyModule(module: BuildableModule, directory: string, options: BuildContext): Promise<void> {
  const cancelSignal = options.signal;
  const source = await downloaded(module, options);
  await execaInNamespaces('cp', ['-r', '--no-preserve=mode', source, directory], { cancelSignal });
  const { edits, sums } = module;
  if (edits.length > 0) await execaInNamespaces('go', ['mod', 'edit', ...edits], { cwd: directory, cancelSignal });
  if (sums.length > 0) await appendFile(join(directory, 'go.sum'), `${sums.join('\n')}\n`);
}

/** Returns the directory of the downloaded module, whose files are read-only. */
async function downloaded(
  { version, pseudoVersion, sum }: BuildableModule,
  { onProgress, signal }: BuildContext,
): Promise<string> {
  const name = `Istio ${version}`;
  onProgress({ phase: name, detail: 'downloading its module' });
  // The checksum is compared below, so Go must not ask the checksum database.
  const env = { GOWORK: 'off', GOFLAGS: '-mod=mod', GONOSUMDB: 'istio.io/istio', GOPRIVATE: '', GONOPROXY: '' };
  const args = ['mod', 'download', '-json', `istio.io/istio@${pseudoVersion}`];
  const options = { env, cwd: tmpdir(), cancelSignal: signal };
  const { stdout } = await execa('go', args, options).catch(failing(name, signal));
  const found: { Dir: string; Sum: string } = JSON.parse(stdout);
  if (found.Sum !== sum) {
    throw new UsageError(
      `The module istio.io/istio@${pseudoVersion} has the checksum ${found.Sum}, not ${sum}: it is not used. Check what your GOPROXY serves.`,
    );
  }
  return found.Dir;
}
