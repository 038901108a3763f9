import { copyFile, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { applyPatch, parsePatch } from 'diff';
import { makeFolder } from '../folder.ts';
import { artefact, contents } from './cache.ts';
import type { BuildContext } from './context.ts';
import { type GoBuild, goBuild, goIngredients } from './go/go.ts';
import { type BuildableModule, copyModule } from './go/istio-module.ts';

/** A commit of Istio, and how its programs are built. */
export interface IstioBuild extends BuildableModule {
  /** Paths of patches of its source, as unified diffs. */
  patches: string[];
  /** Path of its CRDs in the module. */
  definitions: string;
}

/** The programs and files of a built Istio. */
export interface IstioPrograms {
  istioctl: string;
  /** Path of Istio's CRDs. */
  definitions: string;
  /** Directories with the contents of Istio's two images, without their base and without Envoy. */
  pilot: string;
  proxy: string;
}

const packages = ['./istioctl/cmd/istioctl', './pilot/cmd/pilot-agent', './pilot/cmd/pilot-discovery'];

/** The file of the proxy's bootstrap in the module, and its name in images. */
const bootstrap = { from: 'tools/packaging/common/envoy_bootstrap.json', to: 'envoy_bootstrap_tmpl.json' };

/** Before 1.16 the version is in another package. The linker ignores variables that do not exist. */
const versionVariables = ['istio.io/istio/pkg/version.buildVersion', 'istio.io/pkg/version.buildVersion'];

/** Returns the programs of a release; builds them in its own Go module if they are not in the cache. */
export async function istioPrograms(build: IstioBuild, options: BuildContext): Promise<IstioPrograms> {
  const { pseudoVersion, sum, edits, sums, patches, definitions } = build;
  const recipe = [pseudoVersion, sum, ...edits, ...sums, ...(await contents(...patches)), definitions, bootstrap.from];
  const ingredients = [...(await goIngredients(goBuildOf(build, ''))), ...recipe];
  const make = (directory: string) => makePrograms(build, directory, options);
  const place = await artefact({ name: `istio-${build.version}`, ingredients, make }, options);
  return {
    istioctl: join(place, 'istioctl'),
    definitions: join(place, 'definitions.yaml'),
    pilot: join(place, 'pilot'),
    proxy: join(place, 'proxy'),
  };
}

async function makePrograms(build: IstioBuild, directory: string, options: BuildContext): Promise<void> {
  const copy = join(directory, 'module');
  await copyModule(build, copy, options);
  await patchSource(build, copy);
  await goBuild(goBuildOf(build, copy), directory, options);
  await moveInto(directory, 'pilot', 'pilot-discovery');
  await moveInto(directory, 'proxy', 'pilot-agent');
  for (const image of ['pilot', 'proxy']) {
    const place = join(directory, image, 'var/lib/istio/envoy');
    await makeFolder(place);
    await copyFile(join(copy, bootstrap.from), join(place, bootstrap.to));
  }
  await copyFile(join(copy, build.definitions), join(directory, 'definitions.yaml'));
  await rm(copy, { recursive: true });
}

function goBuildOf({ version }: IstioBuild, module: string): GoBuild {
  const variables = Object.fromEntries(versionVariables.map((variable) => [variable, version]));
  return { name: `Istio ${version}`, module, packages, variables };
}

/** Applies the patches to the source; throws if one does not fit. */
async function patchSource({ patches }: IstioBuild, module: string): Promise<void> {
  for (const patch of patches) {
    for (const change of parsePatch(await readFile(patch, 'utf8'))) {
      const file = join(module, (change.newFileName ?? '').replace(/^b\//, ''));
      const changed = applyPatch(await readFile(file, 'utf8'), change);
      if (changed === false) throw new Error(`${basename(patch)} does not fit ${change.newFileName} of this release`);
      await writeFile(file, changed);
    }
  }
}

async function moveInto(directory: string, image: string, program: string): Promise<void> {
  const target = join(directory, image, 'usr/local/bin', program);
  await makeFolder(dirname(target));
  await rename(join(directory, program), target);
}
