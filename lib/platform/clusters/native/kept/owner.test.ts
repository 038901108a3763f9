import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, symlinkSync } from 'node:fs';
import { mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { type ProcessId, processId } from '../../../machine.ts';
import { status, up } from '../index.ts';
import { logOf, stateDirectory } from './layout.ts';
import { assertNotElsewhere, ownerOf } from './owner.ts';
import { neededPaths } from './prune.ts';
import { writeRecord } from './record.ts';
import { remove, removeDead } from './remove.ts';

// A process whose errors go to a supervisor's log, as in a cluster that somebody else has started.

const name = `test-${process.pid}`;
const environment = { ...process.env };
let directory: string;
let state: string;
let supervisor: ChildProcess;

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'automtls-')));
  Object.assign(process.env, { XDG_STATE_HOME: join(directory, 'ours'), XDG_CACHE_HOME: directory });
  state = join(directory, 'theirs', 'automtls', name);
  const log = logOf(state, 'supervisor');
  mkdirSync(dirname(log), { recursive: true });
  const errors = openSync(log, 'a');
  supervisor = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', errors] });
  closeSync(errors);
  await once(supervisor, 'spawn');
});
afterEach(() => {
  supervisor.kill();
  rmSync(directory, { recursive: true });
  process.env = { ...environment };
});

// Aborted, so that nothing is built or started if the cluster is not refused.
const options = { istio: '1.31-dev', lasting: true, onProgress: () => {}, signal: AbortSignal.abort() };

test('who runs a cluster is seen, wherever its state is', async () => {
  expect(await ownerOf(name)).toEqual({ pid: supervisor.pid, user: userInfo().username, state });
  expect(await ownerOf(`${name}0`)).toBeUndefined();
});

test('no second cluster of that name starts; the message names the owner, the state and the ways out', async () => {
  const failure = up({ name, ...options });
  await expect(failure).rejects.toThrow(
    `process ${supervisor.pid} of ${userInfo().username}, with its state in ${state}`,
  );
  await expect(failure).rejects.toThrow(
    `XDG_STATE_HOME=${join(directory, 'theirs')} npx automtls cluster down --native-name`,
  );
  await expect(failure).rejects.toThrow('npx automtls cluster up --native-name NAME starts another beside it');
  await expect(remove(name)).rejects.toThrow(`process ${supervisor.pid} of`);
  expect(await status(name)).toEqual({ state: 'absent' });
});

test('where the state is gone, there is another way out', async () => {
  rmSync(state, { recursive: true });
  await expect(assertNotElsewhere(name)).rejects.toThrow(`its state is gone: kill ${supervisor.pid} ends it`);
});

test('what is left here of a dead cluster of that name goes without touching the other', async () => {
  mkdirSync(stateDirectory(name), { recursive: true });
  await removeDead('another');
  expect(await status(name)).toEqual({ state: 'absent' });
});

test('what it uses stays in the cache', async () => {
  const started = processId(supervisor.pid as number) as ProcessId;
  const uses = [join(directory, 'automtls/programs-1')];
  const record = { name, istio: '1.31-dev', processes: [started], uses, since: '', complete: true };
  await writeRecord(state, record);
  expect(await neededPaths()).toEqual(expect.arrayContaining(uses));
});

test('a cluster of this state directory is not elsewhere', async () => {
  process.env['XDG_STATE_HOME'] = join(directory, 'theirs');
  await expect(assertNotElsewhere(name)).resolves.toBeUndefined();
  process.env['XDG_STATE_HOME'] = join(directory, 'link');
  symlinkSync(join(directory, 'theirs'), join(directory, 'link'));
  await expect(assertNotElsewhere(name)).resolves.toBeUndefined();
});
