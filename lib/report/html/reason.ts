import type { Reason } from '../../model/types.ts';

/** Returns what else there is to know of a reason besides its sentence and the rule's name. */
export function reasonFacts({ object, source, since, until }: Reason): string {
  const facts = [object, source, since && `since ${since}`, until && `until ${until}`];
  return facts.filter((fact) => fact !== undefined).join(' · ');
}
