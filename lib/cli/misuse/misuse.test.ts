import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suites } from '../../../suites/index.ts';
import { messageOf, UsageError } from '../../platform/errors.ts';
import { contextWith } from '../fixtures.ts';
import { main } from '../main.ts';
import { misuses } from './fixtures.ts';
import { unsound } from './unsound-fixtures.ts';

let folder: string;
const path = process.env['PATH'];

beforeAll(() => {
  // What is not refused finds no programs to build or start a cluster with.
  process.env['PATH'] = '';
});
afterAll(() => {
  process.env['PATH'] = path;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'automtls-misuse-'));
});
afterEach(() => rm(folder, { recursive: true }));

test.each(misuses)('$line: $says', async ({ line, says, env = {}, files = {} }) => {
  const within = (text: string): string => text.replaceAll('FOLDER', folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, within(value)]));
  const { context } = contextWith(suites, { env: variables, cwd: folder });
  const words = line === '' ? [] : line.split(' ').map((word) => within(word.replace(/^''$/, '')));
  const error: unknown = await main(words, context).then(
    (exitCode) => `it ended with exit code ${exitCode}`,
    (thrown: unknown) => thrown,
  );
  expect(messageOf(error)).toContain(within(says));
  // lib/cli.ts ends such errors with exit code 2.
  expect(error).toBeInstanceOf(UsageError);
});

test('they are more than a hundred', () => expect(misuses.length + unsound.length).toBeGreaterThan(100));

describe.each([['explain'], ['list'], ['test', '--kubeconfig=/nowhere']])(
  'a suite of one’s own that cannot be asked: %s',
  (...how) => {
    test.each(unsound)('%s', async (_, suite, says) => {
      const { context, printed } = contextWith([...suites, suite]);
      const asked = main([...how, '--suite', 'own'], context);
      await expect(asked).rejects.toThrow(UsageError);
      await expect(asked).rejects.toThrow(says);
      expect(printed).toEqual([]);
    });
  },
);
