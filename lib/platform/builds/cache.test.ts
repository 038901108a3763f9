import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { artefact, cacheDirectory, cacheKey } from './cache.ts';

const cache = mkdtempSync(join(tmpdir(), 'cache-'));
const before = process.env['XDG_CACHE_HOME'];
beforeAll(() => {
  process.env['XDG_CACHE_HOME'] = cache;
});
afterAll(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(cache, { recursive: true });
});

const options = () => ({ onProgress: () => {}, signal: new AbortController().signal });

test('the key tells where one ingredient ends', () => {
  expect(cacheKey(['ab', 'c'])).not.toBe(cacheKey(['a', 'bc']));
  expect(cacheKey(['a'])).toBe(cacheKey(['a']));
});

test('the directory is the one that the user has for caches', () => {
  expect(cacheDirectory({ XDG_CACHE_HOME: '/caches' })).toBe('/caches/automtls');
  expect(cacheDirectory({ XDG_CACHE_HOME: '' })).toMatch(/\/\.cache\/automtls$/);
});

test('two who want the same at once make it once', async () => {
  let made = 0;
  const make = async (directory: string) => {
    made++;
    writeFileSync(join(directory, 'file'), '');
  };
  const recipe = { name: 'thing', ingredients: ['a'], make };
  const [one, other] = await Promise.all([artefact(recipe, options()), artefact(recipe, options())]);
  expect(one).toBe(other);
  expect(existsSync(join(one, 'file'))).toBe(true);
  expect(made).toBe(1);
});

test('what a failed build left is not taken for a result', async () => {
  const recipe = { name: 'thing', ingredients: ['b'] };
  const fail = async (directory: string) => {
    writeFileSync(join(directory, 'half'), '');
    throw new Error('no');
  };
  await expect(artefact({ ...recipe, make: fail }, options())).rejects.toThrow('no');
  const place = await artefact({ ...recipe, make: async () => {} }, options());
  expect(existsSync(join(place, 'half'))).toBe(false);
});
