import { acts, askOf, changed, failedCell, failedTimes, resultsOf } from '../../results/fixtures.ts';
import type { CellResult, CheckResult, Results } from '../../results/types.ts';
import { annotations } from './annotations.ts';

/** Parses a workflow command like GitHub's runner. */
function read(line: string): { name: string; title: string; message: string } {
  const {
    name = '',
    properties = '',
    data = '',
  } = /^::(?<name>[a-z]+) (?<properties>[^\r\n]*?)::(?<data>[^\r\n]*)$/.exec(line)?.groups ?? {};
  const [title = '', ...others] = properties.split(',').map((one) => /^title=(.*)$/.exec(one)?.[1] ?? one);
  expect(others).toEqual([]);
  const back = (text: string) =>
    text
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  return { name, title: back(title), message: back(data) };
}

const fails = failedCell();
const suite = (name: string, title: string, ...cells: Partial<CellResult>[]): Results['suites'][number] => ({
  name,
  title,
  steps: [{ ...askOf(resultsOf()), title, cells: cells.map((cell) => ({ ...fails, ...cell })) }],
});
const check = (index: number): CheckResult => ({
  kind: 'check',
  ms: 1,
  title: `check ${index}`,
  verdict: 'fail',
  why: `reason ${index}`,
  reasons: [{ code: 'greeting-otherwise', pair: 'a → b', came: '1', expected: '2', said: `reason ${index}` }],
});

test('each step that is wrong is an error, what could not be told too, and what makes the run partial a notice', () => {
  expect(annotations(resultsOf())).toEqual([
    '::error title=setup › the mesh is PERMISSIVE::full is STRICT',
    '::error title=strict › STRICT on httpbin.full › sleep.legacy → httpbin.full::expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
    '::error title=inconclusive%3A strict › STRICT on httpbin.full › sleep.full → httpbin.legacy::nothing could be observed within 20 s: the shell was lost',
    '::notice title=partial::auto-off was skipped: it changes the mesh for everybody',
  ]);
});

test('where nothing is wrong there is nothing to say', () => {
  expect(annotations(changed({ suites: [suite('strict', 'on', { verdict: 'pass' })] }))).toEqual([]);
});

test('the cells of a step are one line; those that are wrong alike are named together, of many the first ten', () => {
  const [one, ...others] = annotations(failedTimes(12));
  expect(others).toEqual([]);
  const { title, message } = read(one as string);
  expect(title).toBe('12 pairs failed in strict › STRICT on httpbin.full; no likely cause is known');
  const pairs = Array.from({ length: 10 }, (_, index) => `sleep.${index} → httpbin.full`);
  expect(message).toBe(`200 plain, not 000 (curl 56): ${pairs.join(', ')}, and 2 more`);
});

test('what one likely cause explains is one line, in however many steps', () => {
  const reasons = [acts('EnvoyFilter a/flaky')];
  const suites = [suite('strict', 'on', { reasons }), suite('disable', 'off', { reasons, server: 'httpbin.partial' })];
  expect(annotations(changed({ suites })).map(read)).toEqual([
    {
      name: 'error',
      title: '2 pairs failed, 1 likely cause: EnvoyFilter a/flaky',
      message: [
        'EnvoyFilter a/flaky acts on all: it can change anything that a sidecar does; it was there when the run began',
        '200 plain, not 000 (curl 56): sleep.legacy → httpbin.full (strict › on), sleep.legacy → httpbin.partial (disable › off)',
      ].join('\n'),
    },
  ]);
});

test('a server that is wrong in the same way in several steps is one line, and what else is wrong there another', () => {
  const other = { server: 'httpbin.partial' };
  const suites = [suite('strict', 'on', {}, other), suite('disable', 'off', {}), suite('again', 'on', { seen: [] })];
  expect(annotations(changed({ suites })).map(read)).toEqual([
    {
      name: 'error',
      title: '2 pairs failed alike, httpbin.full: 200 plain, not 000 (curl 56); no likely cause is known',
      message: '200 plain, not 000 (curl 56): sleep.legacy → httpbin.full (2 steps)',
    },
    {
      name: 'error',
      title: 'strict › on › sleep.legacy → httpbin.partial',
      message: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
    },
    {
      name: 'error',
      title: 'again › on › sleep.legacy → httpbin.full',
      message: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
    },
  ]);
});

test('cells of a step that are wrong in different ways have a line each', () => {
  const seen: CellResult['seen'] = [
    { observation: { kind: 'unavailable' }, count: 1, counted: 1, firstMs: 1, lastMs: 2 },
  ];
  const [line = ''] = annotations(
    changed({ suites: [suite('strict', 'on', {}, { server: 'httpbin.partial', seen })] }),
  );
  expect(read(line).message).toBe(
    '200 plain, not 000 (curl 56): sleep.legacy → httpbin.full\n503, not 000 (curl 56): sleep.legacy → httpbin.partial',
  );
});

test('what was not tested for one reason is one line that names it, whatever was asked', () => {
  const inconclusive: Partial<CellResult> = { verdict: 'inconclusive', seen: [], why: 'the shell did not open' };
  const other = { ...inconclusive, server: 'httpbin.partial' };
  const suites = [suite('strict', 'on', inconclusive, other), suite('disable', 'off', inconclusive)];
  expect(annotations(changed({ suites })).map(read)).toEqual([
    {
      name: 'error',
      title: 'inconclusive: 3 pairs were not tested: the shell did not open',
      message: 'not observed: sleep.legacy → httpbin.full (2 steps), sleep.legacy → httpbin.partial (strict › on)',
    },
  ]);
});

test('what failed and what could not be told stay apart', () => {
  const other = { server: 'httpbin.partial' };
  const suites = [suite('strict', 'on', {}, other), suite('disable', 'off', { verdict: 'inconclusive' })];
  expect(annotations(changed({ suites })).map((line) => read(line).title)).toEqual([
    '2 pairs failed in strict › on; no likely cause is known',
    'inconclusive: disable › off › sleep.legacy → httpbin.full',
  ]);
});

test('checks that say the same in several steps stay checks', () => {
  const alike = [check(1), { ...check(2), why: 'reason 1' }];
  const suites = [{ name: 'setup', title: '', steps: alike }];
  expect(annotations(changed({ suites })).map((line) => read(line).title)).toEqual([
    'setup › check 1',
    'setup › check 2',
  ]);
});

test('an error of the whole run comes first', () => {
  const run = { ...resultsOf().run, interrupted: true };
  const [first] = annotations(changed({ run, runErrors: ['still there: Namespace full-ab12c3'] }));
  expect(read(first as string)).toEqual({
    name: 'error',
    title: 'inconclusive: the whole run',
    message:
      'interrupted: cells that were not tested are not counted\ninconclusive: still there: Namespace full-ab12c3',
  });
});

test.each([
  [10, [], 'setup › check 10'],
  [30, [], 'and 21 more'],
  [30, ['strict'], 'and 22 more'],
])(
  'of %i errors, with the suites %p chosen, there are ten lines at most, and the last error is %p',
  (count, named, last) => {
    const steps = Array.from({ length: count }, (_, index) => check(index + 1));
    const run = { ...resultsOf().run, ...(named.length > 0 && { chosen: named }) };
    const lines = annotations(changed({ run, suites: [{ name: 'setup', title: '', steps }] })).map(read);
    expect(lines).toHaveLength(10);
    const errors = lines.filter(({ name }) => name === 'error');
    expect(errors).toHaveLength(10 - named.length);
    expect(errors.at(-1)?.title).toBe(last);
  },
);

test('nothing in a text ends its line, its title or its command early', () => {
  const text = 'a%0A,b=c:d::e\n::error::f\r\n::stop-commands::g %25 h\r';
  const suites = [{ name: text, title: '', steps: [{ ...check(1), title: 'i,j:k', why: text }] }];
  const lines = annotations(changed({ suites }));
  expect(lines.map(read)).toEqual([
    {
      name: 'error',
      title: 'a%0A,b=c:d::e ::error::f ::stop-commands::g %25 h␍ › i,j:k',
      message: 'a%0A,b=c:d::e ::error::f ::stop-commands::g %25 h␍',
    },
  ]);
  expect(lines[0]).not.toMatch(/[\r\n]/);
});

test('no line is longer than GitHub takes', () => {
  const cells = Array.from({ length: 50 }, (_, index) => ({ client: `${index}${'🙂'.repeat(100_000)}` }));
  const [line = ''] = annotations(changed({ suites: [suite('a'.repeat(100_000), 'b', ...cells)] }));
  expect(read(line).title.length).toBeLessThan(256);
  expect(new TextEncoder().encode(line).length).toBeLessThan(64 * 1024);
});
