import { cleanupStack } from './cleanup-stack.ts';

test('undoes in reverse, each whatever becomes of the others, and once', async () => {
  const undone: string[] = [];
  const one = cleanupStack();
  one.add('first', async () => {
    undone.push('first');
  });
  one.add('second', async () => {
    undone.push('second');
    throw new Error('it holds');
  });
  one.add('third', () => {
    undone.push('third');
    throw new Error('at once');
  });
  one.add('fourth', async () => {
    undone.push('fourth');
  });
  expect(await one.unwind()).toEqual(['third failed: at once', 'second failed: it holds']);
  expect(undone).toEqual(['fourth', 'third', 'second', 'first']);
  expect(await one.unwind()).toEqual([]);
  expect(undone).toHaveLength(4);
});

test('one ends before the next begins', async () => {
  const order: string[] = [];
  const one = cleanupStack();
  one.add('a', async () => {
    order.push('a');
  });
  one.add('b', async () => {
    await new Promise(setImmediate);
    order.push('b');
  });
  await one.unwind();
  expect(order).toEqual(['b', 'a']);
});

test('what is registered in the meantime is undone, too', async () => {
  const undone: string[] = [];
  const one = cleanupStack();
  one.add('a', async () => {
    one.add('b', async () => {
      undone.push('b');
    });
  });
  expect(await one.unwind()).toEqual([]);
  expect(undone).toEqual(['b']);
});
