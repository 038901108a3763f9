import { messageOf } from './errors.ts';

/** Actions that undo others. Each is registered before the action that it undoes. */
export interface CleanupStack {
  /** Registers an action. The last registered one runs first. */
  add(name: string, undo: () => Promise<void>): void;
  /** Runs every action once, even if others fail. Returns a sentence for each that failed. */
  unwind(): Promise<string[]>;
}

/** Returns an empty cleanup stack. */
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
