import { mesh, sidecar } from '../fixtures.ts';
import { parseRelease } from '../world/release.ts';
import { hiddenBy, sidecarFor } from './sidecar-scope.ts';

const httpbin = { hostname: 'httpbin.full.svc.cluster.local', namespace: 'full' };

/** `seen`, `hidden`, or the rule by which a host that names the Service does not count. */
function seenBy(client: string, release: string, ...listeners: string[][]): string {
  const hidden = hiddenBy(sidecar('x/x', listeners), httpbin, client, parseRelease(release));
  return hidden === undefined ? 'seen' : (hidden.because ?? 'hidden');
}

describe('hosts of a Sidecar', () => {
  test.each([
    [['*/*'], 'legacy', 'seen'],
    [['./*'], 'legacy', 'hidden'],
    [['./*'], 'full', 'seen'],
    [['full/*'], 'legacy', 'seen'],
    [['other/*'], 'legacy', 'hidden'],
    [['full/httpbin.full.svc.cluster.local'], 'legacy', 'seen'],
    [['*/httpbin.full.svc.cluster.local'], 'legacy', 'seen'],
    [['full/*.full.svc.cluster.local'], 'legacy', 'seen'],
    [['full/sleep.full.svc.cluster.local'], 'legacy', 'hidden'],
    [['full/httpbin'], 'legacy', 'hidden'],
    [['~/*'], 'full', 'hidden'],
    [['other/*', 'full/*'], 'legacy', 'seen'],
  ])('%j in %s', (hosts, client, expected) => {
    expect(seenBy(client, '1.31', hosts)).toBe(expected);
  });

  test('those of any listener count, and without any listener all Services are seen', () => {
    expect(seenBy('legacy', '1.31', ['other/*'], ['full/*'])).toBe('seen');
    expect(seenBy('legacy', '1.31', ['other/*'], ['./*'])).toBe('hidden');
    expect(seenBy('legacy', '1.31')).toBe('seen');
  });

  test.each([
    [['*/*', '~full/*'], '1.31', 'scope.excluded'],
    [['*/*', '~*/httpbin.full.svc.cluster.local'], '1.31', 'scope.excluded'],
    [['full/*', '~./*'], '1.31', 'seen'],
    [['*/*', '~full/sleep.full.svc.cluster.local'], '1.31', 'seen'],
    [['*/*', '~full/*'], '1.30', 'seen'],
    [['~full/*'], '1.31', 'hidden'],
  ])('%j in %s', (hosts, release, expected) => {
    expect(seenBy('legacy', release, hosts)).toBe(expected);
  });

  test.each([
    ['1.10', 'seen'],
    ['1.11', 'scope.namespace-hosts-alone'],
    ['1.14', 'scope.namespace-hosts-alone'],
    ['1.15', 'seen'],
  ])('for all namespaces beside one for the Service’s, in %s', (release, expected) => {
    expect(seenBy('legacy', release, ['*/*', 'full/sleep.full.svc.cluster.local'])).toBe(expected);
    expect(seenBy('full', release, ['*/*', './sleep.full.svc.cluster.local'])).toBe(expected);
    expect(seenBy('legacy', release, ['*/*', 'other/*'])).toBe('seen');
  });
});

describe('the Sidecar that applies', () => {
  const labels = { app: 'sleep' };
  const root = sidecar('istio-system/root', [['*/*']]);
  const rootSelecting = sidecar('istio-system/selecting', [['*/*']], { selector: labels });
  const wide = sidecar('full/wide', [['*/*']]);
  const selecting = sidecar('full/selecting', [['*/*']], { selector: labels });
  const others = sidecar('full/others', [['*/*']], { selector: { app: 'curl' } });

  test.each([
    ['none', [sidecar('legacy/x', [['*/*']])], undefined],
    ['that of the root namespace', [root, others], 'root scope.root'],
    ['none that selects, from there', [rootSelecting], undefined],
    ['that of the namespace before it', [root, wide, others], 'wide scope.namespace'],
    ['one that selects the workload before that', [wide, root, selecting], 'selecting scope.workload'],
  ])('%s', (_, policies, expected) => {
    const found = sidecarFor({ mesh: mesh(), policies }, { namespace: 'full', labels });
    expect(found && `${found.sidecar.metadata.name} ${found.by}`).toBe(expected);
  });

  test('is the oldest; of two of the same second, by name, and up to 1.22 with the namespace joined to it', () => {
    const at = (name: string, second: number) =>
      sidecar(`full/${name}`, [], { created: `2026-01-01T00:00:0${second}Z` });
    const nameOn = (release: string, ...policies: ReturnType<typeof at>[]) =>
      sidecarFor({ mesh: mesh(release), policies }, { namespace: 'full', labels })?.sidecar.metadata.name;
    expect(nameOn('1.31', at('a', 1), at('b', 0))).toBe('b');
    expect(nameOn('1.31', at('a-b', 0), at('a', 0))).toBe('a');
    expect(nameOn('1.22', at('a-b', 0), at('a', 0))).toBe('a-b');
  });
});
