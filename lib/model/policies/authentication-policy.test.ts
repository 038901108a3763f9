import { authenticationPolicy, service } from '../fixtures.ts';
import type { AuthenticationPolicy } from '../types.ts';
import { alphaMeshMode, alphaMode } from './authentication-policy.ts';

const httpbin = service('full/httpbin');
const port = { name: 'http', port: 8000 };
const strict = [{ mtls: {} }];
const permissive = [{ mtls: { mode: 'PERMISSIVE' as const } }];
const targets = [{ name: 'httpbin' }];

const modeOf = (...policies: AuthenticationPolicy[]) => alphaMode(policies, httpbin, port)?.mode;

describe('the mtls peer of a policy', () => {
  test.each<[string, AuthenticationPolicy['spec'], string]>([
    ['mtls: {}', { peers: [{ mtls: {} }] }, 'STRICT'],
    ['mtls: null', { peers: [{ mtls: null }] }, 'STRICT'],
    ['mode: STRICT', { peers: [{ mtls: { mode: 'STRICT' } }] }, 'STRICT'],
    ['mode: PERMISSIVE', { peers: [{ mtls: { mode: 'PERMISSIVE' } }] }, 'PERMISSIVE'],
    ['after another peer', { peers: [{}, { mtls: null }] }, 'STRICT'],
    ['no mtls peer', { peers: [{}] }, 'DISABLE'],
    ['no peers', {}, 'DISABLE'],
  ])('%s', (_, spec, mode) => {
    expect(modeOf(authenticationPolicy('full/httpbin', { targets, ...spec }))).toBe(mode);
  });
});

describe('which policy a Service has', () => {
  const own = authenticationPolicy('full/httpbin', { targets });
  const wide = authenticationPolicy('full/default', { peers: strict });
  const mesh = authenticationPolicy('default', { peers: permissive });

  test.each<[string, AuthenticationPolicy[], string | undefined]>([
    ['none', [], undefined],
    ['the mesh’s', [mesh], 'PERMISSIVE'],
    ['the namespace’s over the mesh’s', [mesh, wide], 'STRICT'],
    ['its own over the namespace’s', [mesh, wide, own], 'DISABLE'],
    [
      'not one for another Service',
      [authenticationPolicy('full/sleep', { targets: [{ name: 'sleep' }] }), mesh],
      'PERMISSIVE',
    ],
    ['not one of another namespace', [authenticationPolicy('legacy/httpbin', { targets }), wide], 'STRICT'],
    ['not one without targets that is not called default', [authenticationPolicy('full/all', {}), mesh], 'PERMISSIVE'],
    [
      'not one with targets that is called default',
      [authenticationPolicy('full/default', { targets }), mesh],
      'PERMISSIVE',
    ],
    ['not a MeshPolicy that is not called default', [authenticationPolicy('other', {}), wide], 'STRICT'],
  ])('%s', (_, policies, mode) => {
    expect(modeOf(...policies)).toBe(mode);
  });

  test.each([
    ['its number', { number: 8000 }, 'DISABLE'],
    ['its name', { name: 'http' }, 'DISABLE'],
    ['another number', { number: 80 }, 'STRICT'],
    ['another name', { name: 'https' }, 'STRICT'],
  ])('for a port by %s', (_, selector, mode) => {
    const forPort = authenticationPolicy('full/port', { targets: [{ name: 'httpbin', ports: [selector] }] });
    expect(modeOf(forPort, wide)).toBe(mode);
  });

  test('the oldest of several', () => {
    const at = (name: string, created: string, peers: typeof strict) => {
      const policy = authenticationPolicy(`full/${name}`, { targets, peers });
      return { ...policy, metadata: { ...policy.metadata, creationTimestamp: created } };
    };
    expect(modeOf(at('a', '2019-12-01T00:00:01Z', []), at('b', '2019-12-01T00:00:00Z', strict))).toBe('STRICT');
  });
});

test('the mesh’s mode is that of the MeshPolicy default', () => {
  expect(alphaMeshMode([authenticationPolicy('default', { peers: permissive })])?.mode).toBe('PERMISSIVE');
  expect(alphaMeshMode([authenticationPolicy('full/default', { peers: strict })])).toBeUndefined();
});
