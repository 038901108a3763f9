import { sealed } from '../../../results/summary.ts';
import type { AskResult, CellResult, SuiteResult } from '../../../results/types.ts';
import { compareNights } from '../compare.ts';
import { jobOf, nightWith, passing, withCell } from '../fixtures.ts';
import type { JobOfNight } from '../types.ts';
import { nightMarkdown } from './markdown.ts';
import { nightTerminal } from './terminal.ts';
import { nightView } from './view.ts';

const job = (istio: string, results = passing(istio), required = true): JobOfNight => ({
  ...jobOf(istio, { required }),
  results,
});
const broken = (istio: string) =>
  withCell(passing(istio), 'sleep.legacy', 'httpbin.full', {
    verdict: 'fail',
    why: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
    seen: [{ observation: { kind: 'plain' }, count: 9, counted: 9, firstMs: 10, lastMs: 19_990 }],
  });
const open = withCell(passing('1.29'), 'sleep.full', 'httpbin.full', {
  verdict: 'inconclusive',
  why: 'lost',
  seen: [],
});
const skipping = sealed({
  ...passing('1.28'),
  suites: [
    passing('1.28').suites[0] as SuiteResult,
    { name: 'strict', title: '', skipped: 'not allowed here', steps: [] },
  ],
});

const night = nightWith(
  job('1.31', broken('1.31')),
  { ...jobOf('1.30'), missing: 'it has no results' },
  job('1.29', open, false),
  job('1.28', skipping, false),
);
const last = nightWith(job('1.31'), job('1.29', passing('1.29'), false));
const comparison = compareNights(night, last);

test('a night as Markdown', () => {
  expect(nightMarkdown(night, comparison)).toBe(`## Night of 2026-01-02

1 regression in required releases: 1.31.

| Istio |  | time | result | setup | strict |
| --- | --- | --- | --- | --- | --- |
| 1.31.1 |  | 65 s | ✗ fail 1 of 8 | ✓\u{a0}✓ | **✗!** |
| 1.30.1 |  |  | missing | –\u{a0}– | – |
| 1.29.1 | informational | 65 s | ? inconclusive 1 of 8 | ✓\u{a0}✓ | **?** |
| 1.28.1 | informational | 65 s | ✓ pass 2 | ✓\u{a0}✓ | · |

✓ passed, ✗ failed, ? inconclusive, – missing, · not run, Δ differs from the next older release, and a rule explains it, ! differs from it, and no rule explains it

<details><summary>The steps of each suite, in the order of their marks</summary>

- setup: pods are READY; the mesh is PERMISSIVE
- strict: STRICT on httpbin.full

</details>

### Regressions

- &#8203;1.31: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text

### Inconclusive

- &#8203;1.30 is missing: it has no results.
- &#8203;1.28 was not run in the night of 2026-01-02.
- &#8203;1.28 is partial: strict was skipped: not allowed here

### Since last night

- &#8203;1.31: 8 compared, 1 changed, 1 unexplained
  - unexplained: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: ✓ pass → ✗ 200 plain: no longer as the model predicts: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
- &#8203;1.29: 7 compared, nothing changed, 1 not comparable

### From release to release

- &#8203;1.29 → 1.31: 7 compared, 1 changed, 1 unexplained, 1 not comparable
  - unexplained: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: ✓ pass → ✗ 200 plain: no longer as the model predicts: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
- &#8203;1.28 → 1.29: 2 compared, nothing changed, 1 in one run only
`);
});

test('a night on a terminal', () => {
  expect(nightTerminal(night, comparison, false)).toBe(`Night of 2026-01-02

Istio                  time  result                 setup  strict
1.31.1                 65 s  ✗ fail 1 of 8          ✓ ✓    ✗!
1.30.1                       missing                – –    –
1.29.1  informational  65 s  ? inconclusive 1 of 8  ✓ ✓    ?
1.28.1  informational  65 s  ✓ pass 2               ✓ ✓    ·

✓ passed  ✗ failed  ? inconclusive  – missing  · not run  Δ differs from the next older release, and a rule explains it  ! differs from it, and no rule explains it

Regressions
  1.31: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text

Inconclusive
  1.30 is missing: it has no results.
  1.28 was not run in the night of 2026-01-02.
  1.28 is partial: strict was skipped: not allowed here

Since last night
  1.31: 8 compared, 1 changed, 1 unexplained
    unexplained: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: ✓ pass → ✗ 200 plain: no longer as the model predicts: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
  1.29: 7 compared, nothing changed, 1 not comparable

From release to release
  1.29 → 1.31: 7 compared, 1 changed, 1 unexplained, 1 not comparable
    unexplained: strict › STRICT on httpbin.full › sleep.legacy → httpbin.full: ✓ pass → ✗ 200 plain: no longer as the model predicts: expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text
  1.28 → 1.29: 2 compared, nothing changed, 1 in one run only

1 regression in required releases: 1.31.`);
});

test('colours are an addition, and the marks do without', () => {
  const colored = nightTerminal(night, comparison, true);
  expect(colored).toContain('\u001b[31m✗ fail 1 of 8\u001b[39m');
  expect(colored).toContain('\u001b[31m✗\u001b[39m\u001b[31m!\u001b[39m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this removes the escape sequences of colours
  expect(colored.replaceAll(/\u001b\[\d+m/g, '')).toBe(nightTerminal(night, comparison, false));
});

test('a night in one sentence', () => {
  const headline = (...jobs: JobOfNight[]) => {
    const one = nightWith(...jobs);
    return nightView(one, compareNights(one, undefined)).headline;
  };
  expect(headline(job('1.31'), job('1.29', broken('1.29'), false))).toBe('All required releases pass.');
  expect(headline(job('1.31'), job('1.28', skipping, false))).toBe('All required releases pass.');
  expect(headline(job('1.31'), job('1.28', skipping))).toBe('Required releases pass everything that was tested.');
  expect(headline(job('1.29', broken('1.29'), false))).toBe(
    'None of these releases is required: they are informational.',
  );
  expect(headline(job('1.31'), { ...jobOf('1.30'), missing: 'so' })).toBe(
    'No required release fails, but not everything could be determined: 1.30.',
  );
  expect(headline(job('1.31', broken('1.31')), job('1.30', broken('1.30')))).toBe(
    '2 regressions in required releases: 1.31, 1.30.',
  );
});

test('what is required comes first among what is wrong', () => {
  const one = nightWith(job('1.31', broken('1.31'), false), job('1.30', broken('1.30')));
  expect(nightView(one, compareNights(one, undefined)).regressions).toEqual([
    expect.stringMatching(/^1\.30: /),
    expect.stringMatching(/^1\.31 \(informational\): /),
  ]);
});

test('what is the same everywhere takes one line, and so does what is missing or partial for one reason', () => {
  const chosen = (istio: string): JobOfNight => {
    const { run, ...rest } = passing(istio);
    return job(istio, sealed({ ...rest, run: { ...run, chosen: ['strict'] } }));
  };
  const many = nightWith(
    ...['1.31', '1.30', '1.29'].map(chosen),
    { ...jobOf('1.28'), missing: 'it was interrupted' },
    ...['1.27', '1.26'].map((istio) => ({ ...jobOf(istio), missing: 'it was not started' })),
  );
  const view = nightView(many, compareNights(many, many));
  expect(view.sinceLastNight).toEqual([{ head: 'nothing changed: 1.31, 1.30, 1.29', lines: [] }]);
  expect(view.betweenReleases).toEqual([{ head: 'nothing changed: 1.30 → 1.31, 1.29 → 1.30', lines: [] }]);
  expect(view.inconclusive.lines).toEqual([
    '1.28 is missing: it was interrupted.',
    'Each of 1.27, 1.26 is missing: it was not started.',
    expect.stringMatching(/^1\.31, 1\.30, 1\.29 are partial: asked for by name: strict;/),
  ]);
});

test('a night that passes is not called inconclusive because it is the first', () => {
  const one = nightWith(job('1.31', passing('1.31')));
  const first = compareNights(one, undefined);
  expect(nightView(one, first).inconclusive).toEqual({
    title: 'Not tested or compared',
    lines: ['There is no earlier night to compare with.'],
  });
  const open = nightWith({ ...jobOf('1.31'), missing: 'it has no results' });
  expect(nightView(open, compareNights(open, undefined)).inconclusive.title).toBe('Inconclusive');
});

test('more than anybody reads is counted', () => {
  const results = passing('1.31');
  const [step] = results.suites[1]?.steps ?? [];
  const [cell] = (step as { cells: object[] }).cells;
  (step as { cells: object[] }).cells = Array.from({ length: 70 }, (_, index) => ({
    ...cell,
    client: `client.${index}`,
    verdict: 'fail',
    why: 'x'.repeat(1_000),
  }));
  const one = nightWith(job('1.31', results));
  const { regressions } = nightView(one, compareNights(one, undefined));
  expect(regressions).toHaveLength(51);
  expect(regressions.at(-1)).toBe('and 20 more');
  expect(Math.max(...regressions.map((line) => line.length))).toBe(400);
});

test('as Markdown it takes less than the 1 MiB that GitHub shows, however much there is to tell', () => {
  const asked = passing('1.31').suites[1]?.steps[0] as AskResult;
  const cell = asked.cells[0] as CellResult;
  const run = (istio: string, verdict: 'fail' | 'pass') => {
    const step = (at: number) => ({
      ...asked,
      title: `${at} ${'@'.repeat(500)}`,
      cells: [{ ...cell, verdict, why: '@'.repeat(1_000), seen: [] }],
    });
    const suites = [{ name: 'strict', title: '', steps: Array.from({ length: 100 }, (_, at) => step(at)) }];
    return sealed({ ...passing(istio), suites });
  };
  const minors = Array.from({ length: 20 }, (_, at) => `1.${40 - at}`);
  const one = nightWith(...minors.map((istio, at) => job(istio, run(istio, at % 2 === 0 ? 'fail' : 'pass'))));
  const before = nightWith(...minors.map((istio, at) => job(istio, run(istio, at % 2 === 0 ? 'pass' : 'fail'))));
  const markdown = nightMarkdown(one, compareNights(one, before));
  expect(new TextEncoder().encode(markdown).length).toBeLessThan(1024 * 1024);
  expect(markdown).toContain('The steps of 1 more suite do not fit here.');
  expect(markdown).toMatch(/\d+ more of these comparisons do not fit here\.\n$/);
});

test('what a mesh says can neither drive a terminal nor mark up, link or mention', () => {
  const why = 'the last answer was <b>@all</b> | #1 `\u001b[2J';
  const one = nightWith(job('1.31', withCell(passing('1.31'), 'sleep.full', 'httpbin.full', { verdict: 'fail', why })));
  const compared = compareNights(one, undefined);
  expect(nightTerminal(one, compared, false)).not.toContain('\u001b');
  const markdown = nightMarkdown(one, compared);
  expect(markdown).not.toMatch(/<b>|@all|#1\b|`/);
  expect(markdown).toContain('the last answer was &#60;b&#62;');
});
