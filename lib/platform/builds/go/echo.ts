import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { OnProgress } from '../../progress.ts';
import { artefact, contents } from '../cache.ts';
import { manifests } from '../manifests.ts';
import { type GoBuild, goBuild, goEnv, goIngredients } from './go.ts';

const module = join(manifests, 'echo');

const build: GoBuild = {
  name: "Istio's echo server",
  module,
  packages: ['istio.io/istio/pkg/test/echo/cmd/server'],
  variables: {},
};

/** The certificate and key that the published image has, by their names in it and in Istio's source. */
const certificates = { 'cert.crt': 'cert-chain.pem', 'cert.key': 'key.pem' };

/** Copies the echo server's certificate and key from Istio's source to a directory, as `cert.crt` and `cert.key`. */
export async function copyCertificates(source: string, directory: string): Promise<void> {
  for (const [name, file] of Object.entries(certificates)) {
    await copyFile(join(source, 'tests/testdata/certs/dns', file), join(directory, name));
  }
}

/** Returns the directory of the echo server of Istio's own tests (`server`), with its `cert.crt` and `cert.key`. */
export async function echo(options: { onProgress: OnProgress; signal: AbortSignal }): Promise<string> {
  const files = ['go.mod', 'go.sum'].map((name) => join(module, name));
  const ingredients = [...(await goIngredients(build)), ...(await contents(...files)), JSON.stringify(certificates)];
  const make = async (directory: string) => {
    await goBuild(build, directory, options);
    const args = ['list', '-m', '-f', '{{.Dir}}', 'istio.io/istio'];
    const { stdout } = await execa('go', args, { cwd: module, env: goEnv, cancelSignal: options.signal });
    await copyCertificates(stdout, directory);
  };
  return artefact({ name: 'echo', ingredients, make }, options);
}
