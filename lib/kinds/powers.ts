import { meshKinds } from './table.ts';
import type { Targeting } from './types.ts';

/** A kind that the model ignores or knows only in part. */
export interface Power {
  kind: string;
  group: string;
  resource: string;
  reach: Targeting;
  /** How it can affect an answer. */
  can: string;
}

/** The kinds of which objects of others can affect an answer besides what is predicted. */
export const powers: readonly Power[] = meshKinds.flatMap(({ kind, group, resource, power }) =>
  power === undefined ? [] : [{ kind, group, resource, ...power }],
);

/** Returns what is known of a kind; undefined if it has no such power. */
export function powerOf({ kind }: { kind: string }): Power | undefined {
  return powers.find((one) => one.kind === kind);
}
