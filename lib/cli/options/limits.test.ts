import { Command } from '@commander-js/extra-typings';
import { UsageError } from '../../platform/errors.ts';
import { contextWith } from '../fixtures.ts';
import { main } from '../main.ts';
import { limitsOf, withLimits } from './limits.ts';

function limitsIn(...args: string[]) {
  return limitsOf(withLimits(new Command()).parse(args, { from: 'user' }).opts());
}

test('none is set where the user sets none', () => {
  expect(limitsIn()).toEqual({});
});

test('each option sets its limit, in milliseconds', () => {
  expect(limitsIn('--step-timeout', '2m', '--ready-timeout', '1h', '--request-timeout', '500ms')).toEqual({
    arrivalMs: 120_000,
    readyMs: 3_600_000,
    requestMs: 500,
  });
  expect(limitsIn('--step-timeout', ' 1.5s ')).toEqual({ arrivalMs: 1_500 });
});

const refusedWith = (...args: string[]) => main(['test', ...args], contextWith([]).context);

test.each(['20', 's', '-1s', '2 m', '1d', '20S', '1e3s', '0s', '999ms', '601s', '11m'])(
  'a step cannot take "%s"',
  async (text) => {
    const refused = refusedWith('--step-timeout', text);
    await expect(refused).rejects.toThrow(
      `--step-timeout takes a time from 1s to 10m with its unit, ms, s, m or h, such as 20s or 2m, not "${text}".`,
    );
    await expect(refused).rejects.toThrow(UsageError);
  },
);

test('the ends of a range belong to it', async () => {
  expect(limitsIn('--request-timeout', '100ms')).toEqual({ requestMs: 100 });
  expect(limitsIn('--request-timeout', '1m')).toEqual({ requestMs: 60_000 });
  await expect(refusedWith('--request-timeout', '99ms')).rejects.toThrow('from 100ms to 1m');
  await expect(refusedWith('--ready-timeout', '61m')).rejects.toThrow('from 1s to 1h');
});

test('--help has each of them, with its default', async () => {
  const { context, printed } = contextWith([]);
  await main(['test', '--help'], context);
  const help = printed.join('\n').replaceAll(/\s+/g, ' ');
  expect(help).toContain("--step-timeout <TIME> how long a step's changes may take to arrive (default: 20s)");
  expect(help).toContain(
    '--ready-timeout <TIME> how long pods may take to be READY, including image pulls (default: 3m)',
  );
  expect(help).toContain('--request-timeout <TIME> how long one request may take (default: 2s)');
});
