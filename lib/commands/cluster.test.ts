import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { native } from '../cluster/native/provider.ts';
import { UsageError } from '../errors.ts';
import { cluster } from './cluster.ts';
import type { Console } from './console.ts';

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
  const lines: string[] = [];
  const { signal } = new AbortController();
  const console = { print: (text: string) => lines.push(text), signal, onProgress: () => {} } as unknown as Console;
  expect(await cluster(args, console)).toBe(0);
  return lines.join('\n');
}

test.each([
  [[], 'The command must be one of up, down, status, kubeconfig, prune.'],
  [['up', 'dev'], 'The command must be one of up, down, status, kubeconfig, prune, not "up dev".'],
  [['down', '--istio', '1.24'], 'down does not use --istio: leave it out.'],
  [['prune', '--name', 'mine'], 'prune does not use --name: leave it out.'],
  [['up', '--name', 'My_Cluster'], 'A cluster\'s name has up to 30 characters of a-z, 0-9 and -, not "My_Cluster"'],
  [['status', '--name', ''], '--name needs a value, but it is empty: is a variable unset?'],
  [
    ['kubeconfig', '--name', 'mine'],
    'No native cluster mine is running here: start one with npm run cluster -- up --name mine.',
  ],
])('%p is refused', async (args, sentence) => {
  const refused = printed(...args);
  await expect(refused).rejects.toThrow(UsageError);
  await expect(refused).rejects.toThrow(sentence);
});

test('a cluster that is not there is started under its name', async () => {
  expect(await printed('status', '--name', 'mine')).toBe('absent: npm run cluster -- up --name mine starts one');
});

test('a run that names a cluster starts no other', async () => {
  const context = { onProgress: () => {}, signal: new AbortController().signal };
  await expect(native.acquire({ provider: 'native', flags: { 'native-name': 'mine' } }, context)).rejects.toThrow(
    new UsageError('No native cluster mine is running: start it with npm run cluster -- up --name mine.'),
  );
});
