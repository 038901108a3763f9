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

// Istio (last patch seen) | Kubernetes | kind node | state, as the rules' table of releases has it
const table = `
1.31 (.1)  | 1.32–1.36  | 1.35 | supported
1.30 (.5)  | 1.32–1.36  | 1.35 | supported
1.29 (.8)  | 1.31–1.35  | 1.35 | ended
1.28 (.10) | 1.30–1.34  | 1.34 | ended
1.27 (.9)  | 1.29–1.33  | 1.33 | ended
1.26 (.8)  | 1.29–1.33  | 1.33 | ended
1.25 (.5)  | 1.29–1.32  | 1.32 | ended
1.24 (.6)  | 1.28–1.31  | 1.31 | ended
1.23 (.6)  | 1.27–1.30  | 1.30 | ended
1.22 (.8)  | 1.27–1.30  | 1.30 | ended
1.21 (.6)  | 1.26–1.29  | 1.29 | ended
1.20 (.8)  | 1.25–1.29  | 1.27 | ended
1.19 (.10) | 1.25–1.28  | 1.27 | ended
1.18 (.7)  | 1.24–1.27  | 1.27 | ended
1.17 (.8)  | 1.23–1.26  | 1.26 | ended
1.16 (.7)  | 1.22–1.25  | 1.22 | ended
1.15 (.7)  | 1.22–1.25  | 1.22 | ended
1.14 (.6)  | 1.21–1.24  | 1.22 | ended
1.13 (.9)  | 1.20–1.23  | 1.22 | ended
1.12 (.9)  | 1.19–1.22  | 1.22 | ended
1.11 (.8)  | 1.18–1.22  | 1.21 | ended
1.10 (.6)  | 1.18–1.21  | 1.21 | ended
1.4 (.10)  | not listed | 1.14 | model only`;

const rows = table
  .trim()
  .split('\n')
  .map((row) => row.split('|').map((cell) => cell.trim()) as [string, string, string, string]);

function asInTable({ minor, version, kubernetes, node, state }: IstioRelease): string[] {
  const patch = version.slice(minor.length);
  return [`${minor} (${patch})`, kubernetes ? `${kubernetes.from}–${kubernetes.to}` : 'not listed', node, state];
}

test.each(rows)('Istio %s runs on Kubernetes %s, on a node of %s: %s', (...row) => {
  expect(releases.map(asInTable)).toContainEqual(row);
});

test('there is no release that the table does not have, and the newest comes first', () => {
  expect(releases.map(asInTable)).toEqual(rows);
  expect(newestRelease()).toBe(releases[0]);
  expect(newestRelease().state).toBe('supported');
});

test.each(releases.map((release) => [release.minor, release] as const))(
  'the node image for %s is pinned, of the minor that the table says and in the range that Istio lists',
  (_, release) => {
    expect(nodeImageFor(release)).toMatch(
      new RegExp(`^kindest/node:v${release.node.replace('.', '\\.')}\\.\\d+@sha256:[0-9a-f]{64}$`),
    );
    const minor = (text: string) => Number(text.split('.')[1]);
    const { from, to } = release.kubernetes ?? { from: release.node, to: release.node };
    expect(minor(release.node)).toBeGreaterThanOrEqual(minor(from));
    expect(minor(release.node)).toBeLessThanOrEqual(minor(to));
  },
);

test('a minor means its last patch, a patch means itself', () => {
  expect(releaseFor('1.31').version).toBe('1.31.1');
  expect(releaseFor('1.31.1')).toEqual(releaseFor('1.31'));
  expect(releaseFor('v1.28.3')).toMatchObject({ minor: '1.28', version: '1.28.3', node: '1.34' });
  expect(releaseFor('1.4').state).toBe('model only');
});

test.each(['1.32', '1.3', '1.31-dev', 'latest', ''])(
  '"%s" is no release, and the message names those there are',
  (text) => {
    expect(() => releaseFor(text)).toThrow(UsageError);
    expect(() => releaseFor(text)).toThrow(`"${text}" is not a known release of Istio: use one of 1.31, 1.30, 1.29`);
  },
);

test('every minor from 1.10 on is built, from a commit of its own, newest first', () => {
  const minors = Array.from({ length: 22 }, (_, index) => `1.${31 - index}`);
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
  ['1.4', 'The native cluster has no Istio "1.4": name one of 1.31, 1.30'],
  ['1.2', 'The native cluster has no Istio "1.2": name one of 1.31'],
  ['', 'The native cluster has no Istio "": name one of 1.31'],
])('"%s" is not built', (text, sentence) => {
  expect(() => builtReleaseFor(text)).toThrow(UsageError);
  expect(() => builtReleaseFor(text)).toThrow(sentence);
});

test('archives are named by architecture from 1.6', () => {
  const amd64 = { platform: 'linux', arch: 'x64' } as const;
  const arm64 = { platform: 'linux', arch: 'arm64' } as const;
  expect(tarballOf(releaseFor('1.31'), amd64)).toBe('istio-1.31.1-linux-amd64.tar.gz');
  expect(tarballOf(releaseFor('1.31'), arm64)).toBe('istio-1.31.1-linux-arm64.tar.gz');
  expect(tarballOf(releaseFor('1.4'), amd64)).toBe('istio-1.4.10-linux.tar.gz');
  expect(() => tarballOf(releaseFor('1.4'), arm64)).toThrow(
    'Istio 1.4.10 is available for Linux on amd64, but this is linux on arm64: use another machine.',
  );
  expect(() => tarballOf(releaseFor('1.31'), { platform: 'darwin', arch: 'arm64' })).toThrow(UsageError);
});
