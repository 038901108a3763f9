import { UsageError } from '../errors.ts';
import { testHelp } from './help.ts';
import { limitHelp, limitsOf } from './limits.ts';

test('none is set where the user sets none', () => {
  expect(limitsOf({})).toEqual({});
});

test('each option sets its limit, in milliseconds', () => {
  expect(limitsOf({ 'step-timeout': '2m', 'ready-timeout': '1h', 'request-timeout': '500ms' })).toEqual({
    arrivalMs: 120_000,
    readyMs: 3_600_000,
    requestMs: 500,
  });
  expect(limitsOf({ 'step-timeout': ' 1.5s ' })).toEqual({ arrivalMs: 1_500 });
});

test.each(['20', 's', '-1s', '2 m', '1d', '20S', '', '1e3s', '0s', '999ms', '601s', '11m'])(
  'a step cannot take "%s"',
  (text) => {
    const read = () => limitsOf({ 'step-timeout': text });
    expect(read).toThrow(UsageError);
    expect(read).toThrow(
      `--step-timeout takes a time from 1s to 10m, not "${text}": write a number and its unit, ms, s, m or h, such as 20s or 2m.`,
    );
  },
);

test('the ends of a range belong to it', () => {
  expect(limitsOf({ 'request-timeout': '100ms' })).toEqual({ requestMs: 100 });
  expect(limitsOf({ 'request-timeout': '1m' })).toEqual({ requestMs: 60_000 });
  expect(() => limitsOf({ 'request-timeout': '99ms' })).toThrow('from 100ms to 1m');
  expect(() => limitsOf({ 'ready-timeout': '61m' })).toThrow('from 1s to 1h');
});

test('--help has each of them, with its default', () => {
  const lines = testHelp.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  expect(lines).toContain("--step-timeout TIME how long a step's changes may take to arrive (default: 20s)");
  expect(lines).toContain(
    '--ready-timeout TIME how long pods may take to be READY, including image pulls (default: 3m)',
  );
  for (const [option, about] of limitHelp) expect(lines).toContain(`${option} ${about}`);
});
