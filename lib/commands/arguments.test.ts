import { clusterChoices } from '../cluster/registry.ts';
import { UsageError } from '../errors.ts';
import { clusterFlags, clusterOptionsOf, guess, noPositionals, oneOf, parse, shardOf } from './arguments.ts';

test.each([
  ['--sutie', 'Unknown option --sutie (did you mean --suite?). See --help.'],
  ['--frobnicate', 'Unknown option --frobnicate. See --help.'],
])('%s is an unknown option, and one that is near is named', (option, message) => {
  const read = () => parse([option, 'x'], { suite: { type: 'string' } });
  expect(read).toThrow(UsageError);
  expect(read).toThrow(message);
});

test('an option without its value is a mistake that names it', () => {
  expect(() => parse(['--suite'], { suite: { type: 'string' } })).toThrow(/--suite.*argument missing. See --help/);
});

test('what belongs to no option is a mistake where nothing may', () => {
  expect(() => noPositionals(['strict'])).toThrow('Unexpected argument "strict"');
  expect(() => noPositionals([])).not.toThrow();
});

test('one of a few values', () => {
  expect(oneOf(['a', 'b'] as const, 'b', '--c')).toBe('b');
  expect(() => oneOf(['a', 'b'] as const, 'c', '--c')).toThrow('--c must be one of a, b, not "c".');
});

test('where to run is read from the options of a cluster, those of its provider among them', () => {
  const { values } = parse(['--cluster', 'kind', '--istio', '1.31', '--kind-image', 'node'], clusterFlags);
  expect(clusterOptionsOf(values, '/here')).toEqual({
    provider: 'kind',
    istio: '1.31',
    flags: { 'kind-image': 'node' },
  });
  expect(() => clusterOptionsOf({ ...values, cluster: 'docker' }, '/here')).toThrow(
    new UsageError(`--cluster must be one of ${clusterChoices.join(', ')}, not "docker".`),
  );
});

test('a path leads from where the user stands, and an empty one leads nowhere', () => {
  const kubeconfig = (path: string) => {
    const { values } = parse(['--kubeconfig', path], clusterFlags);
    return clusterOptionsOf(values, '/here').flags['kubeconfig'];
  };
  expect(kubeconfig('../there/config')).toBe('/there/config');
  expect(kubeconfig('/there/config')).toBe('/there/config');
  expect(() => kubeconfig('')).toThrow(
    new UsageError('--kubeconfig needs a value, but it is empty: is a variable unset?'),
  );
});

test('parts are named by number, and have every element once', () => {
  const all = ['a', 'b', 'c', 'd', 'e'];
  expect(shardOf(all, undefined)).toEqual(all);
  expect(shardOf(all, '1/2')).toEqual(['a', 'c', 'e']);
  expect(shardOf(all, '2/2')).toEqual(['b', 'd']);
  expect(shardOf(all, '5/5')).toEqual(['e']);
});

test.each(['0/2', '3/2', '6/6', '1', '1/', 'a/b', '1/0', '', '1/2/3', '-1/2'])('%p is no part of five', (shard) => {
  expect(() => shardOf([1, 2, 3, 4, 5], shard)).toThrow(
    new UsageError(`--shard takes a part and the number of parts, such as 1/2, for at most 5 parts, not ${shard}.`),
  );
});

test('only what is near is guessed', () => {
  expect(guess('strcit', ['strict', 'setup'])).toBe(' (did you mean strict?)');
  expect(guess('elephant', ['strict', 'setup'])).toBe('');
});
