import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { nightlyProviders, providers } from './registry.ts';

// Rules for every provider, and whether docs and workflows, which cannot import the registry, agree with it.

const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
const names = providers.map(({ name }) => name);

test('no two providers have a name or a flag in common, and none is called auto', () => {
  const flags = providers.flatMap((provider) => Object.keys(provider.flags));
  expect(new Set(['auto', ...names]).size).toBe(names.length + 1);
  expect(new Set(['cluster', 'istio', ...flags]).size).toBe(flags.length + 2);
});

test.each(nightlyProviders)(
  'jobs on $name are of the minors that it runs, and it takes their node images',
  (provider) => {
    const { name, nightly, flags } = provider;
    expect(nightly.minors()).toEqual(expect.arrayContaining(nightly.usual()));
    expect(nightly.usual()).not.toEqual([]);
    const nodes = nightly.minors().filter((minor) => nightly.job(minor).node !== '');
    expect(nodes.length === 0 || `${name}-image` in flags).toBe(true);
  },
);

test('action.yml says of its input what the providers do', () => {
  const { description } = parse(read('action.yml')).inputs.cluster;
  expect(description).toBe(providers.flatMap(({ action }) => action ?? []).join('; '));
});

test('the nightly workflow has a job for each provider on which nights run, and can be told to run it alone', () => {
  const { on, jobs } = parse(read('.github/workflows/nightly.yml'));
  const nights = nightlyProviders.map(({ name }) => name);
  expect(Object.keys(jobs)).toEqual(nights);
  expect(Object.values<{ with: { cluster: string } }>(jobs).map((job) => job.with.cluster)).toEqual(nights);
  expect(on.workflow_dispatch.inputs.cluster.options).toEqual(['both', ...nights]);
});

test('the README has a row for each provider', () => {
  const [, table = ''] = /^\| `--cluster` \|.*\n(?:.*---.*\n)((?:\|.*\n)+)/m.exec(read('README.md')) ?? [];
  const rows = [...table.matchAll(/^\| `([a-z\d-]+)` \|/gm)].map(([, name = '']) => name);
  expect(rows.toSorted()).toEqual(['auto', ...names].toSorted());
});
