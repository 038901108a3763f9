import { oneLine, visible, workflowCommand } from '../../../report/index.ts';
import type { How, PairChange } from '../../changes/compare.ts';
import type { ObjectDelta } from '../../changes/overlay.ts';
import type { Plan } from '../../changes/plan.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import type { RequiredWords } from '../required.ts';
import { counted, some } from '../table.ts';
import { howWords, requiredAfterwards } from './words.ts';

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

/**
 * Returns GitHub's workflow commands for a plan: what is required and not so; then at each object that breaks pairs, in
 * its file, or that loses mutual TLS.
 */
export function planAnnotations(plan: Plan): string[] {
  const { comparison, causes } = plan;
  const required = requiredAnnotation(requiredAfterwards(plan));
  const found = new Map<string, { how: How; delta: ObjectDelta | undefined; pairs: PairChange[] }>();
  for (const pair of comparison.pairs.filter(({ how }) => severities[how] !== undefined)) {
    const [delta] = causes.get(pair) ?? [];
    const key = `${pair.how} ${delta?.name}`;
    const known = found.get(key) ?? { how: pair.how, delta, pairs: [] };
    known.pairs.push(pair);
    found.set(key, known);
  }
  const all = [...found.values()];
  const most = MOST - required.length;
  const changes = all.slice(0, most).map(({ how, delta, pairs }, at) => {
    const names = pairs.flatMap(({ clients, servers, before, after }) =>
      clients.flatMap(({ name }) =>
        servers.map((server) => `${name} to ${nameOfServer(server)}: ${before} → ${after}`),
      ),
    );
    const rest = at === most - 1 && all.length > most ? ` (and ${all.length - most} more findings: see the log)` : '';
    const title = `${counted(names.length, 'pair')} would ${howWords[how].name}${delta ? `: ${delta.name}` : ''}${rest}`;
    const properties = { file: delta?.place && shown(delta.place.file), line: delta?.place?.line, title: shown(title) };
    return workflowCommand(severities[how] ?? 'error', properties, shown(some(names, 10)));
  });
  return [...required, ...changes];
}

function requiredAnnotation(words: RequiredWords | undefined): string[] {
  if (words === undefined || words.pairs.length === 0) return [];
  const names = words.pairs.map(({ name, result }) => `${name} ${result}`);
  const title = words.sentence.replace(/:$/, '');
  return [workflowCommand('error', { title }, shown(some(names, 10)))];
}

function shown(text: string): string {
  return visible(oneLine(text));
}
