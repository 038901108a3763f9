import { rolesOf } from '../model/rename.ts';
import type { Results } from '../results/types.ts';
import { mapTexts } from '../texts.ts';

/** Fields that name a run's namespaces on purpose: the map itself, commands to run, and what may be left behind. */
const asTheyAre = new Set(['namespaces', 'repro', 'runErrors']);

/** Returns a copy of the results in which texts use roles instead of the run's namespaces. */
export function inRoles(results: Results): Results {
  return mapTexts(results, (text) => rolesOf(text, results.run.namespaces), asTheyAre);
}
