import { UsageError } from '../../platform/errors.ts';
import { app, clusterSnapshot, namespace } from '../fixtures.ts';
import { objectsOf } from '../snapshot.ts';
import { withInjection } from './injection.ts';

const snapshot = clusterSnapshot([
  { ...namespace('shop', false), metadata: { name: 'shop', labels: { team: 'x', 'istio-injection': 'disabled' } } },
  namespace('old', false),
  ...app('shop', 'web'),
  ...app('bank', 'teller'),
]);
const labelsWith = (...names: string[]) =>
  Object.fromEntries(
    objectsOf(withInjection(snapshot, names), 'Namespace').map(({ metadata }) => [metadata.name, metadata.labels]),
  );

test('a namespace has the label, whatever its manifest says, and whether or not it has one', () => {
  expect(labelsWith('shop', 'bank')).toEqual({
    old: {},
    shop: { team: 'x', 'istio-injection': 'enabled' },
    bank: { 'istio-injection': 'enabled' },
  });
});

test('without names nothing changes', () => expect(withInjection(snapshot, [])).toBe(snapshot));

test('one that nothing is in is a mistake', () => {
  expect(() => labelsWith('shpo')).toThrow(UsageError);
  expect(() => labelsWith('shpo')).toThrow(
    '--inject shpo: nothing of test is in such a namespace. There are bank, old, shop.',
  );
});
