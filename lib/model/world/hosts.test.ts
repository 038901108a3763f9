import { destinationRule, service } from '../fixtures.ts';
import { hostMatches, matchesService, mostSpecific, resolveHost } from './hosts.ts';

const httpbin = 'httpbin.full.svc.cluster.local';

describe('a DestinationRule in namespace full', () => {
  test.each([
    ['httpbin', true],
    ['httpbin.full.svc.cluster.local', true],
    ['*.full.svc.cluster.local', true],
    ['*.svc.cluster.local', true],
    ['*.local', true],
    ['*', true],
    ['*bin.full.svc.cluster.local', true],
    ['httpbin.full', false],
    ['httpbin.full.svc', false],
    ['*.full', false],
    ['*.partial.svc.cluster.local', false],
    ['sleep', false],
    ['bin.full.svc.cluster.local', false],
    ['httpbin.partial.svc.cluster.local', false],
  ])('for host %s matches httpbin.full: %s', (host, matches) => {
    expect(matchesService(destinationRule('full/rule', host), service('full/httpbin'))).toBe(matches);
  });
});

test('a short name means a Service of the rule’s own namespace', () => {
  expect(resolveHost('httpbin', 'legacy')).toBe('httpbin.legacy.svc.cluster.local');
  expect(matchesService(destinationRule('legacy/rule', 'httpbin'), service('full/httpbin'))).toBe(false);
});

test('a wildcard matches by what follows it', () => {
  expect(hostMatches('*.full.svc.cluster.local', httpbin)).toBe(true);
  expect(hostMatches('*.full.svc.cluster.local', 'full.svc.cluster.local')).toBe(false);
});

describe('of several hosts', () => {
  test.each([
    [['*', httpbin, '*.full.svc.cluster.local'], httpbin],
    [['*httpbin.full.svc.cluster.local', httpbin], httpbin],
    [['*', '*.svc.cluster.local', '*.full.svc.cluster.local', '*.local'], '*.full.svc.cluster.local'],
    [['*', '*.local'], '*.local'],
    [['*.partial.svc.cluster.local', '*'], '*'],
    [['*.partial.svc.cluster.local', 'sleep.full.svc.cluster.local'], undefined],
    [[], undefined],
  ])('%j the most specific for httpbin.full is %s', (hosts, expected) => {
    expect(mostSpecific(hosts, httpbin)).toBe(expected);
  });
});
