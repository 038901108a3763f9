import { appliedKinds } from '../kinds/table.ts';
import { keyOf } from '../kube/kinds.ts';
import { offlineRelease, servedBy } from './offline.ts';

const on = (istio: string) => Object.fromEntries(servedBy(offlineRelease(istio)));

test('objects are of the newest version that a release serves', () => {
  expect(on('1.31')).toMatchObject({
    'PeerAuthentication.security.istio.io': ['v1'],
    'ServiceEntry.networking.istio.io': ['v1'],
  });
  expect(on('1.21')).toMatchObject({
    'PeerAuthentication.security.istio.io': ['v1beta1'],
    'AuthorizationPolicy.security.istio.io': ['v1'],
  });
  expect(on('1.4')).toMatchObject({ 'DestinationRule.networking.istio.io': ['v1alpha3'] });
});

test('and there is one of every kind that a step may apply, also where the model says that it does nothing', () => {
  for (const istio of ['1.4', '1.5', '1.31']) {
    expect(Object.keys(on(istio)).sort()).toEqual(appliedKinds.map(keyOf).sort());
  }
  expect(on('1.4')).toMatchObject({ 'PeerAuthentication.security.istio.io': ['v1beta1'] });
  expect(on('1.31')).toMatchObject({ 'Policy.authentication.istio.io': ['v1alpha1'] });
});
