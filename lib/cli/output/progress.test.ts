import { jest } from '@jest/globals';
import { progressOn } from './progress.ts';

/** Returns a stream that records what is written to it. */
function stream(isTTY: boolean, columns = 40) {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  return { written, ...progressOn({ isTTY, columns, write } as unknown as NodeJS.WriteStream) };
}

const clear = '\r\u001b[K';

describe('on a terminal', () => {
  test('each line is written over the one before', () => {
    const { written, onProgress } = stream(true);
    onProgress({ phase: 'workloads', done: 2, total: 6, detail: 'pods READY' });
    onProgress({ phase: 'step', detail: 'STRICT' });
    onProgress({ phase: 'downloading', done: 12 });
    onProgress({ phase: 'waiting' });
    expect(written).toEqual(
      ['workloads: 2 of 6 pods READY', 'step: STRICT', 'downloading: 12', 'waiting:'].flatMap((line) => [clear, line]),
    );
  });

  test('no line is as wide as the terminal, where it would wrap', () => {
    const { written, onProgress } = stream(true, 20);
    onProgress({ phase: 'a', detail: 'x'.repeat(100) });
    expect(written[1]).toHaveLength(19);
  });

  test('it is wiped away at the end', () => {
    const { written, clear: wipe } = stream(true);
    wipe();
    expect(written).toEqual([clear]);
  });
});

test('a terminal that takes no escape sequences has lines', () => {
  const written: string[] = [];
  const write = (text: string) => written.push(text);
  const { onProgress, clear: wipe } = progressOn({ isTTY: true, columns: 40, write } as never, false);
  onProgress({ phase: 'cluster', detail: 'looking at mine' });
  wipe();
  expect(written).toEqual(['cluster: looking at mine\n']);
});

test('what a program said cannot drive the terminal', () => {
  const { written, onProgress } = stream(false);
  onProgress({ phase: 'pull', detail: '\u001b[2Jgone\nnot a line of ours' });
  expect(written).toEqual(['pull: ␛[2Jgone not a line of ours\n']);
});

describe('elsewhere', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('a line a phase, and nothing that a terminal alone would understand', () => {
    const { written, onProgress, clear: wipe } = stream(false);
    onProgress({ phase: 'cluster', detail: 'looking at mine' });
    onProgress({ phase: 'workloads', detail: 'making three namespaces' });
    wipe();
    expect(written).toEqual(['cluster: looking at mine\n', 'workloads: making three namespaces\n']);
  });

  test('what is counted comes every ten seconds at most, and a new phase at once', () => {
    const { written, onProgress } = stream(false);
    for (let second = 0; second <= 21; second += 1) {
      now = second * 1_000;
      onProgress({ phase: 'pull', done: second, total: 30 });
    }
    onProgress({ phase: 'boot', done: 1, total: 2 });
    expect(written).toEqual(['pull: 0 of 30\n', 'pull: 10 of 30\n', 'pull: 20 of 30\n', 'boot: 1 of 2\n']);
  });

  test('steps are told by the report', () => {
    const { written, onProgress } = stream(false);
    onProgress({ phase: 'step', detail: 'STRICT' });
    expect(written).toEqual([]);
  });
});
