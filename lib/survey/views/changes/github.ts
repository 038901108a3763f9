import { oneLine, visible, workflowCommand } from '../../../report/index.ts';
import type { How, PairChange } from '../../changes/compare.ts';
import type { ObjectDelta } from '../../changes/overlay.ts';
import type { Plan } from '../../changes/plan.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import { counted, some } from '../table.ts';
import { howWords } from './words.ts';

/** Changes that deserve an annotation, and how severe each is. */
const severities: Partial<Record<How, 'error' | 'warning'>> = {
  breaks: 'error',
  unsure: 'error',
  loses: 'warning',
  mixed: 'warning',
  opens: 'warning',
};
/** GitHub shows ten annotations of a step and drops the others. */
const MOST = 10;

/** Returns GitHub's workflow commands for a plan: at the object that breaks pairs, in its file, or that loses mutual TLS. */
export function planAnnotations({ comparison, causes }: Plan): string[] {
  const found = new Map<string, { how: How; delta: ObjectDelta | undefined; pairs: PairChange[] }>();
  for (const pair of comparison.pairs.filter(({ how }) => severities[how] !== undefined)) {
    const [delta] = causes.get(pair) ?? [];
    const key = `${pair.how} ${delta?.name}`;
    const known = found.get(key) ?? { how: pair.how, delta, pairs: [] };
    known.pairs.push(pair);
    found.set(key, known);
  }
  const all = [...found.values()];
  return all.slice(0, MOST).map(({ how, delta, pairs }, at) => {
    const names = pairs.flatMap(({ clients, servers, before, after }) =>
      clients.flatMap(({ name }) =>
        servers.map((server) => `${name} to ${nameOfServer(server)}: ${before} → ${after}`),
      ),
    );
    const rest = at === MOST - 1 && all.length > MOST ? ` (and ${all.length - MOST} more findings: see the log)` : '';
    const title = `${counted(names.length, 'pair')} would ${howWords[how].name}${delta ? `: ${delta.name}` : ''}${rest}`;
    const properties = { file: delta?.place && shown(delta.place.file), line: delta?.place?.line, title: shown(title) };
    return workflowCommand(severities[how] ?? 'error', properties, shown(some(names, 10)));
  });
}

function shown(text: string): string {
  return visible(oneLine(text));
}
