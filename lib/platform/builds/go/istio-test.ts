import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OnProgress } from '../../progress.ts';
import { artefact } from '../cache.ts';
import { type Image, writeDockerArchive } from '../images/docker-archive.ts';
import { istioHub } from '../images/image-names.ts';
import { echoImage } from '../images/images.ts';
import { copyCertificates } from './echo.ts';
import { goBuild, goIngredients, goTest } from './go.ts';
import { type BuildableModule, copyModule } from './istio-module.ts';

/** The package of the tests, and the build tag of its files. */
const tests = 'tests/integration/security';
const tag = 'integ';

/** What the tests deploy: the echo server, an authorizer, and a server of keys for tokens. */
const servers = ['./pkg/test/echo/cmd/server', './samples/extauthz/cmd/extauthz', './samples/jwt-server/src'];

/** Manifests in the source: one has the name of the image of the server of keys. */
const manifests = { authorizer: 'samples/extauthz/ext-authz.yaml', keys: 'samples/jwt-server/jwt-server.yaml' };

/**
 * Changed in the authorizer's manifest: later releases always pull its image, whatever their tests are told, but it is
 * in no registry.
 */
const pull = { from: 'imagePullPolicy: Always', to: 'imagePullPolicy: IfNotPresent' };

/** Istio's own security tests, whose images the cluster has. */
export interface IstioTest {
  /** Path of the compiled tests. */
  program: string;
  /** Directory of the release's source, which they read, and of the tests in it. */
  source: string;
  tests: string;
  /** Registry and tag of the images. */
  hub: string;
  tag: string;
}

/**
 * Returns Istio's own security tests, from the module of a release, and the docker archive of the images that they
 * deploy; builds them if they are not in the cache.
 * @throws UsageError if the release has none that can be built
 */
export async function istioTest(
  module: BuildableModule,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<{ test: IstioTest; archive: string }> {
  const { version, pseudoVersion, sum, edits, sums } = module;
  const compiled = await goIngredients({ packages: [tests, ...servers], variables: {} });
  const place = await artefact(
    {
      name: `istio-test-${version}`,
      ingredients: [...compiled, tag, process.arch, pull.to, pseudoVersion, sum, ...edits, ...sums],
      make: (directory) => make(module, directory, options),
    },
    options,
  );
  const source = join(place, 'source');
  const program = join(place, 'security.test');
  return {
    test: { program, source, tests: join(source, tests), hub: istioHub, tag: version },
    archive: join(place, 'images.tar'),
  };
}

async function make(
  module: BuildableModule,
  directory: string,
  options: { onProgress: OnProgress; signal: AbortSignal },
): Promise<void> {
  const source = join(directory, 'source');
  const made = join(directory, 'servers');
  await copyModule(module, source, options);
  await mkdir(made);
  const test = { name: `Istio ${module.version}'s own tests`, module: source, package: `./${tests}`, tag };
  await goBuild({ ...test, packages: servers, variables: {} }, made, options);
  await goTest(test, join(directory, 'security.test'), options);
  await copyCertificates(source, made);
  const images = imagesOf(module.version, made, await readFile(join(source, manifests.keys), 'utf8'));
  await writeDockerArchive(join(directory, 'images.tar'), images);
  await rm(made, { recursive: true });
  const authorizer = join(source, manifests.authorizer);
  await writeFile(authorizer, (await readFile(authorizer, 'utf8')).replaceAll(pull.from, pull.to));
}

function imagesOf(version: string, servers: string, manifest: string): Image[] {
  const [, reference] = /^\s*- image: (\S+)$/m.exec(manifest) ?? [];
  if (reference === undefined) throw new Error(`${manifests.keys} of Istio ${version} names no image`);
  const image = (name: string, program: string): Image => ({
    references: [name],
    layers: [{ server: join(servers, program) }],
    config: { Entrypoint: ['/server'] },
  });
  return [
    echoImage(`${istioHub}/app:${version}`, servers),
    image(`${istioHub}/ext-authz:${version}`, 'extauthz'),
    image(reference, 'src'),
  ];
}
