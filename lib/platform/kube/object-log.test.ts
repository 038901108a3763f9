import type { KubeObject } from '../../model/types.ts';
import { objectLog } from './object-log.ts';

const object = (name: string, resourceVersion: string): KubeObject => ({
  apiVersion: 'x/v1',
  kind: 'X',
  metadata: { name, uid: name, resourceVersion },
});
const versions = (log: ReturnType<typeof objectLog>) =>
  log.take().map(({ before, now }) => [before?.metadata.resourceVersion, now?.metadata.resourceVersion]);

test('what came, changed and went is there in order, once', () => {
  const log = objectLog();
  log.add('stored', object('a', '1'));
  log.add('stored', object('a', '2'));
  log.add('deleted', object('a', '3'));
  expect(versions(log)).toEqual([
    [undefined, '1'],
    ['1', '2'],
    ['2', undefined],
  ]);
  expect(log.take()).toEqual([]);
});

test('a list adds what is different from what was known', () => {
  const log = objectLog();
  log.compare([object('a', '1'), object('b', '1'), object('c', '1')]);
  log.take();
  log.compare([object('d', '2'), object('b', '2'), object('c', '1')]);
  expect(versions(log)).toEqual([
    ['1', undefined],
    [undefined, '2'],
    ['1', '2'],
  ]);
});

test('it has seen a list if it knows each version or a later one, and nothing that is gone', () => {
  const log = objectLog();
  log.compare([object('a', '1')]);
  expect(log.hasSeen([object('a', '1')])).toBe(true);
  expect(log.hasSeen([object('a', '2')])).toBe(false);
  expect(log.hasSeen([])).toBe(false);
  log.add('stored', object('a', '2'));
  expect(log.hasSeen([object('a', '1')])).toBe(true);
  log.add('deleted', object('a', '3'));
  expect(log.hasSeen([])).toBe(true);
});
