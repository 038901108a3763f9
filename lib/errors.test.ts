import { messageOf, UsageError } from './errors.ts';

test('the message of errors, events and bare values', () => {
  expect(messageOf(new UsageError('no such suite'))).toBe('no such suite');
  expect(messageOf({ type: 'error', message: 'socket hang up' })).toBe('socket hang up');
  expect(messageOf('gone')).toBe('gone');
});
