import { rolesOf } from '../../model/rename.ts';
import type { Results } from '../../results/types.ts';

/** What names a run's namespaces on purpose: the map itself, commands for a person to run, and what may be left behind. */
const asTheyAre = new Set(['namespaces', 'repro', 'problems']);

/** Returns a copy of the results in which every text that is shown speaks of roles and not of the run's namespaces. */
export function inRoles(results: Results): Results {
  const { namespaces } = results.run;
  const told = (value: unknown): unknown => {
    if (typeof value === 'string') return rolesOf(value, namespaces);
    if (Array.isArray(value)) return value.map(told);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, asTheyAre.has(key) ? field : told(field)]),
    );
  };
  return told(results) as Results;
}
