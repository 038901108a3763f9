import { suites } from '../../suites/index.ts';
import { UsageError } from '../errors.ts';
import { reproOffline } from './repro.ts';
import { selectCell, selectSuites } from './select.ts';

const script = (names: string[], cell: string, options: { title?: string; istio?: string } = {}) =>
  reproOffline(selectCell(selectSuites(suites, names), cell).suites, options);

test('the step that applies something is meant, if only one does', () => {
  expect(script(['strict'], 'legacy/sleep>full/httpbin')).toContain('# in the step "STRICT on httpbin.full"');
  expect(script(['permissive'], 'sleep.legacy:httpbin.full')).toContain('suite permissive');
});

test('a step can be named, by its title or the beginning', () => {
  const removed = script(['strict'], 'sleep.legacy:httpbin.full', { title: 'STRICT removed' });
  expect(removed).toContain('# expected: 200 in plain text');
  const [pair, title] = ['sleep.meshed:tcp://echo.mixed:90', 'plain text to S'];
  expect(script(['protocols'], pair, { title })).toContain('"plain text to STRICT"');
  // Where one title is the beginning of another, the whole title is that step's.
  expect(script(['protocols'], pair, { title: 'STRICT' })).toContain('in the step "STRICT"');
});

test.each([
  [
    ['destination-rule'],
    'sleep.full:httpbin.full',
    {},
    'Several steps have this cell, but a script is for one. Name it:',
  ],
  [['protocols'], 'sleep.meshed:echo.mixed', { title: 'STRICT' }, '--cell "sleep.meshed → tcp://echo.mixed:90"'],
  [['strict'], 'sleep.legacy:httpbin.full', { title: 'STRICT removd' }, '(did you mean STRICT removed?)'],
  [['auto-off'], 'sleep.full:httpbin.full', { title: 'off, PERMISSIVE' }, 'switches automatic mutual TLS off'],
  [['strict'], 'sleep.legacy:httpbin.full', { istio: 'newest' }, '"newest" is not an Istio release'],
])('%p %p %p is refused', (names, cell, options, sentence) => {
  expect(() => script(names, cell, options)).toThrow(UsageError);
  expect(() => script(names, cell, options)).toThrow(sentence);
});

test('what is named in an error names one', () => {
  const names = (attempt: () => string): string[] => {
    try {
      return [attempt()];
    } catch (error) {
      return [...(error as Error).message.matchAll(/--(?:step|cell) "(.*)"$/gm)].map(([, name = '']) => name);
    }
  };
  const titles = names(() => script(['destination-rule'], 'sleep.full:httpbin.full'));
  expect(titles.length).toBeGreaterThan(1);
  for (const title of titles) {
    expect(script(['destination-rule'], 'sleep.full:httpbin.full', { title })).toContain(`in the step "${title}"`);
  }
  const cells = names(() => script(['protocols'], 'sleep.meshed:echo.mixed', { title: 'STRICT' }));
  expect(cells).toHaveLength(4);
  for (const cell of cells) expect(script(['protocols'], cell, { title: 'STRICT' })).toContain('#!/bin/sh');
});

test('what is applied is of the release that is named', () => {
  const old = script(['strict'], 'sleep.legacy:httpbin.full', { istio: '1.4' });
  expect(old).toContain('apiVersion: authentication.istio.io/v1alpha1\nkind: Policy');
  expect(old).toContain('# expected: 000 with curl exit 52 or 56\n');
});
