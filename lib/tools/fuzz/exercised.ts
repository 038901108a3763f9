import {
  isWithin,
  type KubeObject,
  type MtlsMode,
  type PeerAuthentication,
  type Release,
  type Rule,
  type RuleId,
  rules,
  strangerRules,
} from '../../model/index.ts';
import type { AskResult } from '../../results/index.ts';

/** What random stacks have covered so far. */
export interface Exercised {
  /** The number of passed cells whose expectation involved each rule. */
  rules: Map<RuleId, number>;
  /** The number of stacks with a PeerAuthentication of each level and mode, such as `workload STRICT`. */
  modes: Map<string, number>;
}

/** The levels at which a PeerAuthentication has a mode; that of the whole mesh is in the root namespace. */
const levels = ['mesh', 'namespace', 'workload', 'port'] as const;
type ExercisedLevel = (typeof levels)[number];
const modes: MtlsMode[] = ['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET'];

/** Returns the start, with nothing covered. */
export function nothingExercised(): Exercised {
  return { rules: new Map(), modes: new Map() };
}

/** Adds a stack and its result. */
export function exercise(exercised: Exercised, stack: KubeObject[], { cells }: Pick<AskResult, 'cells'>): void {
  for (const cell of cells) {
    if (cell.verdict !== 'pass') continue;
    for (const { rule } of cell.expectation.reasons) count(exercised.rules, rule as RuleId);
  }
  for (const one of new Set(stack.flatMap(modesOf))) count(exercised.modes, one);
}

function count<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function modesOf(object: KubeObject): string[] {
  if (object.kind !== 'PeerAuthentication') return [];
  const { spec = {}, metadata } = object as PeerAuthentication;
  // A selector in the root namespace selects nothing, and has a rule of its own.
  const everywhere = !metadata.namespace?.startsWith('fuzz-');
  if (everywhere && spec.selector !== undefined) return [];
  const level: ExercisedLevel = everywhere ? 'mesh' : spec.selector === undefined ? 'namespace' : 'workload';
  const ports = Object.values(spec.portLevelMtls ?? {}).map(({ mode = 'UNSET' }) => `port ${mode}`);
  return [`${level} ${spec.mtls?.mode ?? 'UNSET'}`, ...ports];
}

/**
 * Returns which levels and modes were covered and how often, such as `11 of 12 levels and modes: …; not: port UNSET`.
 * @param meshWide whether stacks could change the whole mesh
 */
export function coveredWords({ modes: met }: Exercised, { meshWide }: { meshWide: boolean }): string {
  const reachable = levels
    .filter((level) => meshWide || level !== 'mesh')
    .flatMap((level) => modes.map((mode) => `${level} ${mode}`));
  const covered = reachable.filter((one) => met.has(one));
  const missing = reachable.filter((one) => !met.has(one));
  return [
    `${covered.length} of ${reachable.length} levels and modes`,
    ...(covered.length > 0 ? [`: ${covered.map((one) => `${one} ${met.get(one)}`).join(' · ')}`] : []),
    ...(missing.length > 0 ? [`; not: ${missing.join(', ')}`] : []),
  ].join('');
}

/** Returns the rules of cells that apply in a release and that no stack has covered yet. Strangers are no cells. */
export function notExercised({ rules: met }: Exercised, release: Release): RuleId[] {
  const ofCells = (Object.keys(rules) as RuleId[]).filter((rule) => !Object.hasOwn(strangerRules, rule));
  return ofCells.filter((rule) => isWithin(release, rules[rule] as Rule) && !met.has(rule));
}
