import { UsageError } from '../errors.ts';
import {
  builtReleaseFor,
  builtReleases,
  type IstioRelease,
  newestRelease,
  nodeImageFor,
  releaseFor,
  releases,
  tarballOf,
} from './releases.ts';

const minorOf = (text: string) => Number(text.split('.')[1]);
const each = releases.map((release) => [release.minor, release] as const);
/** Pairs of each release and the next older one. */
const neighbours = releases.slice(1).map((older, at) => [releases[at] as IstioRelease, older] as const);
const descends = (of: (release: IstioRelease) => number | undefined) =>
  neighbours.filter(([newer, older]) => Number(of(newer)) < Number(of(older))).map(([{ minor }]) => minor);

test('the newest comes first, no minor is left out that clusters of today run, and the newest is what is run by default', () => {
  const run = releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minorOf(minor));
  expect(run).toEqual(Array.from({ length: run.length }, (_, at) => Math.max(...run) - at));
  expect(run).toContain(10);
  expect(minorOf(newestRelease().minor)).toBe(Math.max(...run));
});

test('what is supported is newer than what has ended, and that is newer than what only the model knows', () => {
  const order = ['supported', 'ended', 'model only'];
  expect(newestRelease().state).toBe('supported');
  expect(descends(({ state }) => -order.indexOf(state))).toEqual([]);
});

test('an older release needs no newer Kubernetes', () => {
  for (const end of ['from', 'to'] as const) {
    expect(descends(({ kubernetes }) => (kubernetes ? minorOf(kubernetes[end]) : undefined))).toEqual([]);
  }
  expect(descends(({ node }) => minorOf(node))).toEqual([]);
});

test.each(each)('%s: a patch of it, and a pinned node of kind within what Istio lists', (minor, release) => {
  expect(release.version).toMatch(new RegExp(`^${minor.replace('.', '\\.')}\\.\\d+$`));
  expect(nodeImageFor(release)).toMatch(
    new RegExp(`^kindest/node:v${release.node.replace('.', '\\.')}\\.\\d+@sha256:[0-9a-f]{64}$`),
  );
  const { from, to } = release.kubernetes ?? { from: release.node, to: release.node };
  expect(minorOf(release.node)).toBeGreaterThanOrEqual(minorOf(from));
  expect(minorOf(release.node)).toBeLessThanOrEqual(minorOf(to));
});

test('a minor means its last patch, a patch means itself', () => {
  expect(releaseFor('1.29').version).toBe('1.29.8');
  expect(releaseFor('1.29.8')).toEqual(releaseFor('1.29'));
  expect(releaseFor('v1.28.3')).toMatchObject({ minor: '1.28', version: '1.28.3', node: '1.34' });
  expect(releaseFor('1.4').version).toBe('1.4.10');
});

test.each(['1.99', '1.3', '1.31-dev', 'latest', ''])(
  '"%s" is no release, and the message names those there are',
  (text) => {
    expect(() => releaseFor(text)).toThrow(UsageError);
    const known = releases.map(({ minor }) => minor).join(', ');
    expect(() => releaseFor(text)).toThrow(`"${text}" is not a known release of Istio: use one of ${known}, or a`);
  },
);

test('every release but those of the model is built, from a commit of its own, newest first', () => {
  const minors = releases.filter(({ state }) => state !== 'model only').map(({ minor }) => minor);
  expect(builtReleases().map(({ minor }) => minor)).toEqual(minors);
  for (const { minor, module } of builtReleases()) {
    expect(module.version).toMatch(new RegExp(`^${minor.replace('.', '\\.')}(\\.\\d+|-dev)$`));
    expect(module.pseudoVersion).toMatch(/^v0\.0\.0-20\d{12}-[0-9a-f]{12}$/);
    expect(module.sum).toMatch(/^h1:[A-Za-z0-9+/]{43}=$/);
  }
  const commits = builtReleases().map(({ module }) => module.pseudoVersion);
  expect(new Set(commits).size).toBe(commits.length);
});

test.each([
  ['1.24', '1.24.2'],
  ['1.24.2', '1.24.2'],
  ['v1.24.2', '1.24.2'],
  ['1.31', '1.31-dev'],
  ['1.31-dev', '1.31-dev'],
])('what is built for %s is %s', (text, version) => {
  expect(builtReleaseFor(text).module.version).toBe(version);
});

test.each([
  ['1.24.6', 'Of Istio 1.24 the native cluster builds 1.24.2, not 1.24.6: name 1.24, or take --cluster kind'],
  ['1.29-dev', 'Of Istio 1.29 the native cluster builds 1.29.1, not 1.29-dev'],
  ['1.4', 'The native cluster has no Istio "1.4": name one of 1.'],
  ['1.2', 'The native cluster has no Istio "1.2": name one of 1.'],
  ['', 'The native cluster has no Istio "": name one of 1.'],
])('"%s" is not built', (text, sentence) => {
  expect(() => builtReleaseFor(text)).toThrow(UsageError);
  expect(() => builtReleaseFor(text)).toThrow(sentence);
});

test('archives are named by architecture from 1.6', () => {
  const amd64 = { platform: 'linux', arch: 'x64' } as const;
  const arm64 = { platform: 'linux', arch: 'arm64' } as const;
  expect(tarballOf(releaseFor('1.31.1'), amd64)).toBe('istio-1.31.1-linux-amd64.tar.gz');
  expect(tarballOf(releaseFor('1.31.1'), arm64)).toBe('istio-1.31.1-linux-arm64.tar.gz');
  expect(tarballOf(releaseFor('1.4'), amd64)).toBe('istio-1.4.10-linux.tar.gz');
  expect(() => tarballOf(releaseFor('1.4'), arm64)).toThrow(
    'Istio 1.4.10 is available for Linux on amd64, but this is linux on arm64: use another machine.',
  );
  expect(() => tarballOf(releaseFor('1.31.1'), { platform: 'darwin', arch: 'arm64' })).toThrow(UsageError);
});
