import { z } from 'zod';
import { formatSchemaError, messageOf, UsageError } from './errors.ts';

test('the message of errors, events and bare values', () => {
  expect(messageOf(new UsageError('no such suite'))).toBe('no such suite');
  expect(messageOf({ type: 'error', message: 'socket hang up' })).toBe('socket hang up');
  expect(messageOf('gone')).toBe('gone');
});

test('where data is not as a schema wants it, and why: the first place of several', () => {
  const fault = (data: unknown) =>
    formatSchemaError(z.array(z.object({ a: z.literal(1), b: z.literal(2) })).safeParse(data).error ?? { issues: [] });
  expect(fault([{ a: 1, b: 1 }, {}])).toMatch(/^0\.b: .*2/);
  expect(fault('text')).toMatch(/^at the top level: .*array/);
});
