import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { makeFolder } from '../../platform/folder.ts';
import { trafficWords } from '../../results/index.ts';
import { type FoundScenario, foundFolder, idOf } from '../../scenario/index.ts';
import type { Disagreement } from './ask.ts';
import { fuzzTraffic } from './traffic.ts';

/**
 * Writes a disagreement down for the suite `found`, which replays it from then on. Returns the file.
 * @param name the file's name, without its extension
 */
export async function writeFound(
  { cells, after, objects, autoMtls }: Disagreement,
  { name, seed, path, version }: { name: string; seed: number; path: string; version: string },
  folder = foundFolder,
): Promise<string> {
  const wrong = new Set(cells.map(trafficWords));
  const found: FoundScenario = {
    title: `seed ${seed} on Istio ${version}`,
    found: { istio: version, seed, path, seen: cells.map((cell) => `${trafficWords(cell)}: ${cell.why}`) },
    ...(after !== undefined && { after }),
    objects,
    autoMtls,
    traffic: fuzzTraffic.filter((traffic) => wrong.has(idOf(traffic))),
  };
  await makeFolder(folder);
  const file = join(folder, `${name}.yaml`);
  await writeFile(file, stringify(found, { aliasDuplicateObjects: false }));
  return file;
}
