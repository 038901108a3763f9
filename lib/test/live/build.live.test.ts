import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { type IstioBuild, istioPrograms } from '../../platform/builds/istio.ts';

// A module that is served from a folder stands for Istio's: small, so that each build takes a second or two.

const version = 'v0.0.0-20260101000000-0123456789ab';
const program = (name: string) => `package main

import "istio.io/istio/pkg/version"

func main() {
	println("${name}", version.Version())
}
`;
const files: Record<string, string> = {
  'go.mod': 'module istio.io/istio\n\ngo 1.20\n',
  'go.sum': '',
  'pkg/version/version.go':
    'package version\n\nvar buildVersion = "unknown"\n\nfunc Version() string {\n\treturn buildVersion\n}\n',
  'istioctl/cmd/istioctl/main.go': program('istioctl'),
  'pilot/cmd/pilot-agent/main.go': program('pilot-agent'),
  'pilot/cmd/pilot-discovery/main.go': program('pilot-discovery'),
  'tools/packaging/common/envoy_bootstrap.json': '{}\n',
  'crds.yaml': 'kind: CustomResourceDefinition\n',
};

let folder: string;
let sum: string;
const before = { ...process.env };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-'));
  const source = join(folder, 'source', `istio.io/istio@${version}`);
  for (const [name, text] of Object.entries(files)) await write(join(source, name), text);
  const served = join(folder, 'proxy/istio.io/istio/@v');
  await write(join(served, `${version}.mod`), files['go.mod'] as string);
  await write(join(served, `${version}.info`), JSON.stringify({ Version: version, Time: '2026-01-01T00:00:00Z' }));
  const zip = join(served, `${version}.zip`);
  const names = Object.keys(files).map((name) => `istio.io/istio@${version}/${name}`);
  // a module has no entries for folders
  const zipped =
    'import sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n  for n in sys.argv[2:]: z.write(n)';
  await execa('python3', ['-c', zipped, zip, ...names], { cwd: join(folder, 'source') });
  Object.assign(process.env, {
    GOPROXY: `file://${join(folder, 'proxy')}`,
    GOMODCACHE: join(folder, 'modules'),
    GOFLAGS: '-modcacherw',
    XDG_CACHE_HOME: join(folder, 'cache'),
  });
  const downloaded = await execa('go', ['mod', 'download', '-json', `istio.io/istio@${version}`], {
    cwd: folder,
    env: { GOFLAGS: '-mod=mod -modcacherw', GONOSUMDB: 'istio.io/istio' },
  });
  sum = JSON.parse(downloaded.stdout).Sum;
});
afterAll(async () => {
  process.env = before;
  await rm(folder, { recursive: true });
});

const options = { onProgress: () => {}, signal: new AbortController().signal };
const build = (changes: Partial<IstioBuild> = {}): IstioBuild => ({
  version: '1.99.1',
  pseudoVersion: version,
  sum,
  edits: [],
  sums: [],
  patches: [],
  definitions: 'crds.yaml',
  ...changes,
});

test('its programs tell the release, and lie where images have them', async () => {
  const { istioctl, pilot, proxy, definitions } = await istioPrograms(build(), options);
  expect((await execa(istioctl, { all: true })).all).toBe('istioctl 1.99.1');
  expect((await execa(join(pilot, 'usr/local/bin/pilot-discovery'), { all: true })).all).toBe('pilot-discovery 1.99.1');
  expect((await execa(join(proxy, 'usr/local/bin/pilot-agent'), { all: true })).all).toBe('pilot-agent 1.99.1');
  for (const image of [pilot, proxy]) {
    expect(await readFile(join(image, 'var/lib/istio/envoy/envoy_bootstrap_tmpl.json'), 'utf8')).toBe('{}\n');
  }
  expect(await readFile(definitions, 'utf8')).toContain('CustomResourceDefinition');
  expect(existsSync(join(dirname(istioctl), 'module'))).toBe(false);
});

const patchOf = async (name: string, from: string, to: string): Promise<string> => {
  const file = join(folder, name);
  const path = 'pkg/version/version.go';
  await write(file, `Why it is.\n--- a/${path}\n+++ b/${path}\n@@ -6 +6 @@\n-\treturn ${from}\n+\treturn ${to}\n`);
  return file;
};

test('a patch changes what is built, and another patch builds it anew', async () => {
  const patches = [await patchOf('louder.patch', 'buildVersion', 'buildVersion + "!"')];
  const { istioctl } = await istioPrograms(build({ patches }), options);
  expect((await execa(istioctl, { all: true })).all).toBe('istioctl 1.99.1!');
  await patchOf('louder.patch', 'buildVersion', 'buildVersion + "!!"');
  const { istioctl: other } = await istioPrograms(build({ patches }), options);
  expect((await execa(other, { all: true })).all).toBe('istioctl 1.99.1!!');
});

test('a patch that does not fit builds nothing', async () => {
  const patches = [await patchOf('stray.patch', 'somethingElse', 'buildVersion')];
  await expect(istioPrograms(build({ patches }), options)).rejects.toThrow(
    'stray.patch does not fit b/pkg/version/version.go of this release',
  );
});

test('a module with another checksum is not used', async () => {
  const other = `h1:${'A'.repeat(43)}=`;
  await expect(istioPrograms(build({ sum: other }), options)).rejects.toThrow(
    `has the checksum ${sum}, not ${other}: it is not used`,
  );
});

test('a commit that is not served: what the go command says, and where to look', async () => {
  const pseudoVersion = 'v0.0.0-20260101000000-ba9876543210';
  await expect(istioPrograms(build({ pseudoVersion }), options)).rejects.toThrow(
    /Istio 1\.99\.1 could not be built. Output of go:[\s\S]*ba9876543210[\s\S]*`go env GOPROXY`/,
  );
});

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}
