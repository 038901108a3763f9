import { clusterFlags, helpOption } from './arguments.ts';
import { limitFlags } from './limits.ts';

// The flags of every command, in the format of Node's `parseArgs`.

const text = { type: 'string' } as const;
const list = { type: 'string', multiple: true } as const;
const off = { type: 'boolean', default: false } as const;

export const testFlags = {
  suite: list,
  cell: text,
  sensitivity: text,
  seed: text,
  ...limitFlags,
  ...clusterFlags,
  'mesh-wide': off,
  list: off,
  explain: off,
  repro: off,
  step: text,
  json: off,
  timings: off,
  keep: off,
  'fail-fast': off,
  sweep: off,
  out: text,
} as const;

export const benchFlags = { ...clusterFlags, 'mesh-wide': off } as const;

export const fuzzFlags = {
  ...clusterFlags,
  minutes: text,
  runs: text,
  seed: text,
  path: text,
  'mesh-wide': off,
} as const;

export const proveFlags = { ...clusterFlags, only: list, shard: text, list: off, json: off, out: text } as const;

export const transitionsFlags = { ...clusterFlags, only: list, times: text, steps: text, out: text } as const;

export const reportFlags = { format: { type: 'string', default: 'terminal' }, ...helpOption } as const;

export const clusterCommandFlags = { istio: text, name: text, ...helpOption } as const;

/** Of `npm run nightly`, by its first argument. */
export const nightlyFlags = {
  local: { releases: text, suite: list, out: text },
  plan: { cluster: text, releases: text, out: text },
  job: { cluster: text, istio: text, image: text, suite: text, night: text },
  report: { night: text, remember: text },
} as const;

/** The flags of all commands, by name. */
export const allFlags: Readonly<Record<string, { type: 'string' | 'boolean' }>> = Object.assign(
  {},
  ...[testFlags, benchFlags, fuzzFlags, proveFlags, transitionsFlags, reportFlags, clusterCommandFlags],
  ...Object.values(nightlyFlags),
);
