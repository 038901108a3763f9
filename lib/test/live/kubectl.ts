import { delimiter } from 'node:path';
import { execa } from 'execa';
import { goBuild } from '../../platform/builds/go/go.ts';
import { manifests } from '../../platform/builds/manifests.ts';

/**
 * Returns the PATH with a kubectl: the machine's own or, if it has none, one built from source into a directory.
 * @throws UsageError if it cannot be built
 */
export async function pathWithKubectl(directory: string): Promise<string> {
  const path = process.env['PATH'] ?? '';
  const found = await execa('kubectl', ['version', '--client'], { reject: false });
  if (!found.failed) return path;
  const build = { name: 'kubectl', module: manifests, packages: ['k8s.io/kubernetes/cmd/kubectl'], variables: {} };
  await goBuild(build, directory, { onProgress: () => {}, signal: new AbortController().signal });
  return `${directory}${delimiter}${path}`;
}
