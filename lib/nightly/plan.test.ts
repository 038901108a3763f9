import { UsageError } from '../errors.ts';
import { minorsOn, planOf } from './plan.ts';
import type { NightlyJob } from './types.ts';

// Istio (last patch seen) | kind node | state, as the rules' table of releases has it
const table = `
1.31 (.1)  | 1.35 | supported
1.30 (.5)  | 1.35 | supported
1.29 (.8)  | 1.35 | ended
1.28 (.10) | 1.34 | ended
1.27 (.9)  | 1.33 | ended
1.26 (.8)  | 1.33 | ended
1.25 (.5)  | 1.32 | ended
1.24 (.6)  | 1.31 | ended
1.23 (.6)  | 1.30 | ended
1.22 (.8)  | 1.30 | ended
1.21 (.6)  | 1.29 | ended
1.20 (.8)  | 1.27 | ended
1.19 (.10) | 1.27 | ended
1.18 (.7)  | 1.27 | ended
1.17 (.8)  | 1.26 | ended
1.16 (.7)  | 1.22 | ended
1.15 (.7)  | 1.22 | ended
1.14 (.6)  | 1.22 | ended
1.13 (.9)  | 1.22 | ended
1.12 (.9)  | 1.22 | ended
1.11 (.8)  | 1.21 | ended
1.10 (.6)  | 1.21 | ended
1.4 (.10)  | 1.14 | model only`;

const rows = table
  .trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()) as [string, string, string]);

function asInTable({ istio, version, node, required }: NightlyJob): string[] {
  const minor = /^kindest\/node:v(\d+\.\d+)\.\d+@sha256:[0-9a-f]{64}$/.exec(node)?.[1] ?? node;
  return [`${istio} (${version.slice(istio.length)})`, minor, required ? 'supported' : 'ended'];
}

test('a night of kind runs the supported releases, newest first, each on its own node; all others where they are asked for', () => {
  expect(planOf('kind').include.map(asInTable)).toEqual(rows.filter(([, , state]) => state === 'supported'));
  const all = planOf('kind', minorsOn('kind')).include;
  expect(all.map(asInTable)).toEqual(rows.filter(([, , state]) => state !== 'model only'));
  expect(planOf('kind').include.every(({ cluster }) => cluster === 'kind')).toBe(true);
});

test('a night of native clusters runs every minor that can be built; those out of support only inform', () => {
  const { include } = planOf('native');
  expect(include.map(({ istio }) => istio)).toEqual(Array.from({ length: 22 }, (_, index) => `1.${31 - index}`));
  expect(include.filter(({ required }) => required).map(({ istio }) => istio)).toEqual(['1.31', '1.30']);
  expect(include.find(({ istio }) => istio === '1.24')).toEqual({
    ...{ istio: '1.24', version: '1.24.2', cluster: 'native', node: '', required: false },
  });
});

test('releases that are asked for, each once and newest first, whatever the order', () => {
  const names = (asked: string[]) => planOf('kind', asked).include.map(({ istio, version }) => [istio, version]);
  expect(names(['1.11', ' 1.31', '1.30', '1.31'])).toEqual([
    ['1.31', '1.31.1'],
    ['1.30', '1.30.5'],
    ['1.11', '1.11.8'],
  ]);
  expect(names(['1.31.0'])).toEqual([['1.31.0', '1.31.0']]);
  expect(planOf('native', ['1.30-dev']).include.map(({ istio }) => istio)).toEqual(['1.30-dev']);
});

test.each([
  ['kind', '1.32', '"1.32" is not a known release of Istio: use one of 1.31, 1.30'],
  ['kind', '', '"" is not a known release of Istio'],
  ['kind', '1.31-dev', '"1.31-dev" is not a known release of Istio'],
  ['kind', '1.4', 'No available cluster runs Istio 1.4: use one of 1.31, 1.30'],
  ['native', '1.24.6', 'Of Istio 1.24 the native cluster builds 1.24.2, not 1.24.6'],
] as const)('on %s, "%s" cannot be planned', (cluster, asked, sentence) => {
  expect(() => planOf(cluster, [asked])).toThrow(UsageError);
  expect(() => planOf(cluster, [asked])).toThrow(sentence);
});
