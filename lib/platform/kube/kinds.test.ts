import { failure, kubeOf, listen, say } from './fixtures.ts';
import { discoverKinds, isServed, servedVersion } from './kinds.ts';

/** The API groups of Istio 1.21 and of another project. */
const groups: Record<string, Record<string, string[]>> = {
  'security.istio.io': {
    v1: ['AuthorizationPolicy', 'RequestAuthentication'],
    v1beta1: ['AuthorizationPolicy', 'PeerAuthentication', 'PeerAuthentication', 'RequestAuthentication'],
  },
  'networking.istio.io': { v1beta1: ['DestinationRule'], v1alpha3: ['DestinationRule', 'EnvoyFilter'] },
  'example.com': { v1: ['PeerAuthentication'] },
};

test('the versions of each of Istio’s kinds come from discovery, newest first', async () => {
  const asked: string[] = [];
  const { server, close } = await listen((request, response) => {
    const [, , group = '', version = ''] = request.url?.split('/') ?? [];
    if (group !== '') asked.push(group);
    if (group === '') {
      const named = Object.entries(groups).map(([name, own]) => ({
        name,
        versions: Object.keys(own).map((version) => ({ version, groupVersion: `${name}/${version}` })),
      }));
      return say(response, 200, { kind: 'APIGroupList', groups: named });
    }
    const kinds = groups[group]?.[version];
    if (kinds === undefined) return say(response, 404, failure(404, 'not found'));
    say(response, 200, { resources: kinds.map((kind) => ({ kind })) });
  });
  const served = await discoverKinds(kubeOf(server).config);
  expect(Object.fromEntries(served)).toEqual({
    'AuthorizationPolicy.security.istio.io': ['v1', 'v1beta1'],
    'RequestAuthentication.security.istio.io': ['v1', 'v1beta1'],
    'PeerAuthentication.security.istio.io': ['v1beta1'],
    'DestinationRule.networking.istio.io': ['v1beta1', 'v1alpha3'],
    'EnvoyFilter.networking.istio.io': ['v1alpha3'],
  });
  expect(asked).not.toContain('example.com');
  await close();
});

describe('a kind’s version', () => {
  const served = new Map([['DestinationRule.networking.istio.io', ['v1', 'v1alpha3']]]);
  const rule = { group: 'networking.istio.io', kind: 'DestinationRule' };

  test.each([
    ['v1alpha3', 'networking.istio.io/v1alpha3'],
    ['v1beta1', 'networking.istio.io/v1'],
    [undefined, 'networking.istio.io/v1'],
  ])('%p is wanted: %s', (wanted, version) => {
    expect(servedVersion(served, rule, wanted)).toBe(version);
  });

  test('is none where another kind of the group is served', () => {
    const sidecar = { ...rule, kind: 'Sidecar' };
    expect(servedVersion(served, sidecar)).toBeUndefined();
    expect([isServed(served, rule), isServed(served, sidecar)]).toEqual([true, false]);
  });
});
