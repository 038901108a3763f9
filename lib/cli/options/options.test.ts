import { Command } from '@commander-js/extra-typings';
import { suites } from '../../../suites/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { contextWith } from '../fixtures.ts';
import { main } from '../main.ts';
import { shardOf } from '../prove.ts';
import { clusterCommand, clusterOptionsOf, names } from './options.ts';
import { guess } from './select.ts';

const { context } = contextWith([], { cwd: '/here' });

const clusterIn = (...args: string[]) =>
  clusterOptionsOf(clusterCommand('any', context).parse(args, { from: 'user' }).opts());

test('where to run is read from the options of a cluster, those of its provider among them', () => {
  expect(clusterIn('--cluster', 'kind', '--istio', '1.31', '--kind-image', 'node')).toEqual({
    provider: 'kind',
    istio: '1.31',
    flags: { 'kind-image': 'node' },
  });
  expect(clusterIn()).toEqual({ provider: 'auto', istio: undefined, flags: {} });
});

test('a path leads from where the user stands', () => {
  expect(clusterIn('--kubeconfig', '../there/config').flags['kubeconfig']).toBe('/there/config');
  expect(clusterIn('--kubeconfig', '/there/config').flags['kubeconfig']).toBe('/there/config');
});

test('names are separated by commas, follow each other, or have the option again', () => {
  const read = (...args: string[]) =>
    new Command().option('--suite <NAME...>', 'some', names).parse(args, { from: 'user' }).opts().suite;
  for (const args of [
    ['--suite', 'a, b'],
    ['--suite', 'a', 'b'],
    ['--suite=a', '--suite', 'b'],
  ]) {
    expect(read(...args)).toEqual(['a', 'b']);
  }
});

test.each([
  [['list', '--suite', 'strict', '--suite', 'disable'], undefined],
  [['list', '--cell', 'a:b', '--cell', 'c:d'], '--cell takes one value, not a:b and c:d.'],
  [['list', '--istio', '1.31', '--istio', '1.31'], '--istio takes one value, not 1.31 and 1.31.'],
  [['test', '--out', '--keep'], '--out needs a value, but --keep follows.'],
  [['test', '--out', ''], '--out needs a value, but it is empty: is a variable unset?'],
])('%p', async (args, sentence) => {
  const done = main(args, contextWith(suites).context);
  if (sentence === undefined) expect(await done).toBe(0);
  else await expect(done).rejects.toThrow(new UsageError(sentence));
});

test('each run of the program reads its arguments afresh', async () => {
  const { context, printed } = contextWith(suites);
  await main(['list', '--suite', 'strict', '--istio', '1.4'], context);
  await main(['list', '--suite', 'strict', '--istio', '1.31'], context);
  expect(printed.map((text) => /STRICT on .*; (\w+) /.exec(text)?.[1])).toEqual(['Policy', 'PeerAuthentication']);
});

test('parts are named by number, and have every element once', () => {
  const all = ['a', 'b', 'c', 'd', 'e'];
  expect(shardOf(all, undefined)).toEqual(all);
  expect(shardOf(all, { nth: 1, of: 2 })).toEqual(['a', 'c', 'e']);
  expect(shardOf(all, { nth: 2, of: 2 })).toEqual(['b', 'd']);
  expect(shardOf(all, { nth: 5, of: 5 })).toEqual(['e']);
  expect(() => shardOf(all, { nth: 6, of: 6 })).toThrow(
    new UsageError('--shard 6/6 has nothing in it: there can be at most 5 parts.'),
  );
});

test.each(['0/2', '3/2', '1', '1/', 'a/b', '1/0', '1/2/3', '-1/2'])('%p is no part', async (shard) => {
  await expect(main(['prove', '--list', '--shard', shard], contextWith([]).context)).rejects.toThrow(
    new UsageError(`--shard takes a part and the number of parts, such as 1/2, not "${shard}".`),
  );
});

test('only what is near is guessed', () => {
  expect(guess('strcit', ['strict', 'setup'])).toBe(' (did you mean strict?)');
  expect(guess('elephant', ['strict', 'setup'])).toBe('');
});
