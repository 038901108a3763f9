import { messageOf } from '../errors.ts';

/** What must be undone, registered before it is done. */
export interface CleanupStack {
  /** Registers one undoing; the last registered is done first. */
  add(name: string, undo: () => Promise<void>): void;
  /** Undoes everything, once, each whatever becomes of the others. Returns a sentence for each that failed. */
  unwind(): Promise<string[]>;
}

/** Returns an empty list of undoings. */
export function cleanupStack(): CleanupStack {
  const undoings: { name: string; undo: () => Promise<void> }[] = [];
  return {
    add: (name, undo) => undoings.push({ name, undo }),
    unwind: async () => {
      const failures: string[] = [];
      for (let next = undoings.pop(); next !== undefined; next = undoings.pop()) {
        const { name, undo } = next;
        try {
          await undo();
        } catch (error) {
          failures.push(`${name} failed: ${messageOf(error)}`);
        }
      }
      return failures;
    },
  };
}
