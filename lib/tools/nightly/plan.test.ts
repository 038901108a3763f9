import { kind } from '../../platform/clusters/kind/provider.ts';
import { native } from '../../platform/clusters/native/provider.ts';
import { UsageError } from '../../platform/errors.ts';
import { builtReleases, type IstioRelease, nodeImageFor, releases } from '../../platform/istio/releases.ts';
import { planOf } from './plan.ts';

const minors = (all: readonly IstioRelease[]) => all.map(({ minor }) => minor);
const supported = releases.filter(({ state }) => state === 'supported');
const runnable = releases.filter(({ state }) => state !== 'model only');

test('a night of kind runs the supported releases, newest first, each on its own node; all others where they are asked for', () => {
  expect(planOf(kind).include).toEqual(
    supported.map((release) => ({
      istio: release.minor,
      version: release.version,
      cluster: 'kind',
      required: true,
      node: nodeImageFor(release),
    })),
  );
  const all = planOf(kind, kind.nightly.minors()).include;
  expect(all.map(({ istio }) => istio)).toEqual(minors(runnable));
  expect(all.filter(({ required }) => required).map(({ istio }) => istio)).toEqual(minors(supported));
});

test('a night of native clusters runs every minor that can be built; those out of support only inform', () => {
  const { include } = planOf(native);
  expect(include.map(({ istio }) => istio)).toEqual(minors(builtReleases()));
  expect(include.filter(({ required }) => required).map(({ istio }) => istio)).toEqual(minors(supported));
  expect(include.find(({ istio }) => istio === '1.24')).toEqual({
    istio: '1.24',
    version: '1.24.2',
    cluster: 'native',
    node: '',
    required: false,
  });
});

test('releases that are asked for, each once and newest first, whatever the order', () => {
  const names = (asked: string[]) => planOf(kind, asked).include.map(({ istio, version }) => [istio, version]);
  expect(names(['1.11', ' 1.29', '1.28', '1.29'])).toEqual([
    ['1.29', '1.29.8'],
    ['1.28', '1.28.10'],
    ['1.11', '1.11.8'],
  ]);
  expect(names(['1.31.0'])).toEqual([['1.31.0', '1.31.0']]);
  expect(planOf(native, ['1.30-dev']).include.map(({ istio }) => istio)).toEqual(['1.30-dev']);
});

test.each([
  ['1.99', kind, '"1.99" is not a known release of Istio: use one of 1.'],
  ['', kind, '"" is not a known release of Istio'],
  ['1.31-dev', kind, '"1.31-dev" is not a known release of Istio'],
  ['1.4', kind, 'No available cluster runs Istio 1.4: use one of 1.'],
  ['1.24.6', native, 'Of Istio 1.24 the native cluster builds 1.24.2, not 1.24.6'],
])('"%s" cannot be planned', (asked, provider, sentence) => {
  expect(() => planOf(provider, [asked])).toThrow(UsageError);
  expect(() => planOf(provider, [asked])).toThrow(sentence);
});
