/** What a reason does to the verdict that it is given for. */
export type Effect =
  /** It is why something passed. */
  | 'pass'
  /** It shows that the mesh does not do what is expected. */
  | 'fail'
  /** The harness cannot tell. */
  | 'doubt'
  /** It may explain a failure, and changes no verdict. */
  | 'cause'
  /** It says what could not be looked at after a failure, and changes no verdict. */
  | 'note';

/** A kind of reason: what it does, what it means, what to do about it, and its words for given facts. */
export interface Entry<Facts> {
  effect: Effect;
  /** What it means, in one or more sentences, for the documentation. */
  means: string;
  /** What to do about it; absent where nothing needs doing. */
  advice?: string;
  /** Returns one sentence, without a capital and a full stop. */
  words(facts: Facts): string;
}

/** Returns the entry; it only tells the compiler which facts there are. */
export function entry<Facts>(declared: Entry<Facts>): Entry<Facts> {
  return declared;
}

/** The facts of an entry of a list, with its code. */
export type Told<List extends Record<string, Pick<Entry<never>, 'words'>>> = {
  [Code in keyof List]: { code: Code } & Parameters<List[Code]['words']>[0];
}[keyof List];

/** Returns what is told in words, by the entry of its code. */
export function wordsIn<Code extends string>(list: Record<Code, Entry<never>>, told: { code: Code }): string {
  return (list[told.code].words as (facts: { code: Code }) => string)(told);
}

/** Returns a count with its noun, such as `1 request` or `2 requests`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
