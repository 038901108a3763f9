import { suites } from '../../suites/index.ts';
import { UsageError } from '../errors.ts';
import { explain, listSuites } from './explain.ts';

const strict = suites.filter(({ name }) => name === 'strict');

test('the list names every suite, its steps and how many pairs each asks', () => {
  const list = listSuites(suites);
  for (const { name, steps } of suites) {
    expect(list).toContain(`${name}: `);
    for (const { title } of steps) expect(list).toContain(`  ${title}`);
  }
  expect(list).toContain('  STRICT on httpbin.full (6 pairs)');
  expect(list).toContain('  both kinds of endpoint answer sleep.full (1 pair)');
  expect(list).toMatch(/auto-off.*\n.*\n.*only on a cluster of this project/);
});

test('what is expected, and why, by the rules of the release that is named', () => {
  const lines = explain(strict, '1.31').split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'strict: Lock down mutual TLS to STRICT',
    '  httpbin.full takes mutual TLS alone: sleep.legacy is refused, all others go on.',
    '  STRICT on httpbin.full',
  ]);
  expect(lines).toContain('    sleep.legacy → httpbin.full: 000 with curl exit 56');
  expect(lines).toContain(
    '    sleep.full → httpbin.full: 200 over mutual TLS as spiffe://cluster.local/ns/full/sa/sleep',
  );
  expect(explain(strict, '1.4')).toContain('sleep.legacy → httpbin.full: 000 with curl exit 52 or 56');
  expect(explain(strict, '1.4')).toContain('Policy full/httpbin');
});

test('every suite can be explained for every generation of Istio', () => {
  for (const release of ['1.4', '1.5', '1.12', '1.22', '1.31'])
    expect(explain(suites, release)).not.toContain('undefined');
});

test('what is no release is a mistake', () => {
  expect(() => explain(strict, 'newest')).toThrow(UsageError);
  expect(() => explain(strict, 'newest')).toThrow('"newest" is not an Istio release');
});
