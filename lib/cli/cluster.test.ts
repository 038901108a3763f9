import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../platform/clusters/native/provider.ts';
import { UsageError } from '../platform/errors.ts';
import { contextWith } from './fixtures.ts';
import { main } from './main.ts';

const environment = { ...process.env };
let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'automtls-'));
  Object.assign(process.env, { XDG_STATE_HOME: directory, XDG_CACHE_HOME: directory });
});
afterEach(async () => {
  await rm(directory, { recursive: true });
  process.env = { ...environment };
});

async function printed(...args: string[]): Promise<string> {
  const { context, printed } = contextWith([]);
  expect(await main(['cluster', ...args], context)).toBe(0);
  return printed.join('\n');
}

test.each([
  [[], 'Usage: automtls cluster [options] [command]'],
  [['up', 'dev'], "Too many arguments for 'up'. Expected 0 arguments but got 1: dev."],
  [['down', '--istio', '1.24'], "Unknown option '--istio'"],
  [['prune', '--native-name', 'mine'], "Unknown option '--native-name'"],
  [
    ['up', '--native-name', 'My_Cluster'],
    'A cluster\'s name has up to 30 characters of a-z, 0-9 and -, not "My_Cluster"',
  ],
  [['status', '--native-name', ''], '--native-name needs a value, but it is empty: is a variable unset?'],
  [
    ['kubeconfig', '--native-name', 'mine'],
    'No native cluster mine is running here: start one with npx automtls cluster up --native-name mine.',
  ],
])('%p is refused', async (args, sentence) => {
  const refused = printed(...args);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test('a cluster that is not there is started under its name', async () => {
  expect(await printed('status', '--native-name', 'mine')).toBe(
    'absent: npx automtls cluster up --native-name mine starts one',
  );
});

test('a run that names a cluster starts no other', async () => {
  const context = { onProgress: () => {}, signal: new AbortController().signal };
  await expect(native.acquire({ provider: 'native', flags: { 'native-name': 'mine' } }, context)).rejects.toThrow(
    new UsageError('No native cluster mine is running: start it with npx automtls cluster up --native-name mine.'),
  );
});
