import { suites } from '../../../suites/index.ts';
import { UsageError } from '../../platform/errors.ts';
import { named, pairWords } from '../../results/place.ts';
import { scenariosOf } from '../../scenario/scenario.ts';
import type { Suite } from '../../scenario/suite.ts';
import { keyOf, type Traffic } from '../../scenario/traffic.ts';
import { selectCell, selectSuites } from './select.ts';

const names = (wanted?: string[]) => selectSuites(suites, wanted).map(({ name }) => name);

test('all of them, in the task’s order, where none is named; what setup asks is asked by permissive', () => {
  const all = selectSuites(suites, undefined);
  const usual = suites.filter(({ onlyIfNamed }) => !onlyIfNamed);
  expect(all.map(({ name }) => name)).toEqual(usual.map(({ name }) => name));
  expect(all.slice(1)).toEqual(usual.slice(1));
  expect(usual.length).toBeLessThan(suites.length);
  expect(all[0]?.steps).toEqual(suites[0]?.steps.filter(({ kind }) => kind === 'check'));
});

test('setup asks what permissive does where that is not asked, and they are the same', () => {
  const asked = (name: string) =>
    suites.find((suite) => suite.name === name)?.steps.filter(({ kind }) => kind === 'ask');
  expect(asked('setup')?.map((step) => ({ ...step, title: '' }))).toEqual(
    asked('permissive')?.map((step) => ({ ...step, title: '' })),
  );
  const steps = (...names: string[]) => selectSuites(suites, names)[0]?.steps.map(({ kind }) => kind);
  expect(steps('setup')).toContain('ask');
  expect(steps('setup', 'strict')).toContain('ask');
  expect(steps('setup', 'permissive')).not.toContain('ask');
  const others = suites.filter(({ name, onlyIfNamed }) => name !== 'permissive' && !onlyIfNamed);
  expect(selectSuites(others, undefined)).toEqual(others);
});

test('those that are named, in the task’s order, with setup before and cleanup after', () => {
  expect(names(['disable', 'strict'])).toEqual(['setup', 'strict', 'disable', 'cleanup']);
  expect(names(['strict', 'strict'])).toEqual(['setup', 'strict', 'cleanup']);
  expect(names(['cleanup'])).toEqual(['setup', 'cleanup']);
  expect(names(['rules'])).toEqual(['setup', 'rules', 'cleanup']);
});

test('setup’s checks are part of every run, its questions only of its own', () => {
  const kinds = (wanted: string[]) => selectSuites(suites, wanted)[0]?.steps.map(({ kind }) => kind);
  expect(new Set(kinds(['strict']))).toEqual(new Set(['check']));
  expect(kinds(['setup'])).toContain('ask');
  expect(suites[0]?.steps.map(({ kind }) => kind)).toContain('ask');
});

test.each([
  [['strikt'], '"strikt" (did you mean strict?)'],
  [['strict', 'a', 'b'], '"a", "b"'],
  [[''], '""'],
  [['Strict'], '"Strict" (did you mean strict?)'],
])('%p is a mistake that names the suites there are', (wanted, named) => {
  expect(() => selectSuites(suites, wanted)).toThrow(UsageError);
  expect(() => selectSuites(suites, wanted)).toThrow(
    `Unknown suite ${named}. Suites: ${suites.map(({ name }) => name).join(', ')}.`,
  );
});

describe('one cell', () => {
  const asked = (cell: string, ...wanted: string[]) =>
    selectCell(selectSuites(suites, wanted), cell).suites.map(({ name, steps }) => [
      name,
      steps.flatMap((step): unknown[] => (step.kind === 'ask' ? (step.traffic ?? ['all']) : [])),
    ]);

  test('may be named with its port, and its protocol, too', () => {
    for (const cell of [
      'sleep.legacy:httpbin.full:8000',
      'sleep.legacy:http://httpbin.full:8000',
      'legacy/sleep>full/httpbin:8000',
    ]) {
      expect(asked(cell, 'strict')).toEqual(asked('sleep.legacy:httpbin.full', 'strict'));
    }
  });

  describe('of a step that asks several ports and protocols', () => {
    const web: Traffic = { from: 'shop/cart', to: 'shop/httpbin', port: 8000, protocol: 'http' };
    const admin: Traffic = { ...web, port: 8001 };
    const secure: Traffic = { ...admin, port: 8443, protocol: 'https' };
    const other: Traffic = { ...web, from: 'shop/stock' };
    const subset: Traffic = { ...web, subset: 'v1' };
    const traffic = [web, admin, secure, other, subset];
    const suite: Suite = {
      name: 'shop',
      title: '',
      about: '',
      topology: 'auto-mtls',
      steps: [{ kind: 'ask', title: 'asked', objects: [], traffic }],
    };
    const found = (cell: string) =>
      selectCell([suite], cell)
        .suites.flatMap(scenariosOf)
        .flatMap((one) => one.traffic);

    test.each([
      ['cart.shop:httpbin.shop', [web, admin, secure]],
      ['cart.shop:httpbin.shop:8001', [admin]],
      ['cart.shop → http://httpbin.shop', [web, admin]],
      ['cart.shop:https://httpbin.shop:8443', [secure]],
      ['cart.shop:httpbin.shop:8000 (v1)', [subset]],
    ])('%s', (cell, expected) => expect(found(cell)).toEqual(expected));

    test('is found by what reports show of it, whatever else was run', () => {
      for (const run of [traffic, [web], [web, admin], [admin, secure], [web, other], [subset]]) {
        const shown = named(run.map(keyOf)).map(pairWords);
        run.forEach((one, at) => {
          expect(found(shown[at] as string)).toContainEqual(one);
          expect(found((shown[at] as string).replace(' → ', ':'))).toContainEqual(one);
        });
      }
    });
  });

  test.each([
    'sleep.legacy:httpbin.full',
    'sleep.legacy → httpbin.full',
    ' sleep.legacy->httpbin.full',
    'legacy/sleep>full/httpbin',
    'legacy/sleep > full/httpbin',
  ])('is named as %p, and each step asks it alone', (cell) => {
    const pair = { from: 'legacy/sleep', to: 'full/httpbin', port: 8000, protocol: 'http' };
    expect(asked(cell, 'strict')).toEqual([
      ['setup', []],
      ['strict', [pair, pair]],
      ['cleanup', []],
    ]);
    expect(selectCell(suites, cell).id).toBe('sleep.legacy → httpbin.full');
  });

  test('leaves out suites that do not ask it', () => {
    expect(asked('sleep.legacy:httpbin.full', 'strict', 'migration').map(([name]) => name)).not.toContain('migration');
  });

  test('of suites that ask none is a mistake that says so', () => {
    expect(() => selectCell(selectSuites(suites, ['cleanup']), 'sleep.full:httpbin.full')).toThrow(
      'No step of these suites has the cell "sleep.full:httpbin.full": they have no cells.',
    );
  });

  test('that no step asks is a mistake that names those there are', () => {
    expect(() => selectCell(suites, 'sleep.partial:httpbin.full')).toThrow(UsageError);
    expect(() => selectCell(suites, 'sleep.legacy:httpbin.ful')).toThrow('(did you mean sleep.legacy:httpbin.full?)');
    expect(() => selectCell(suites, 'sleep.partial:httpbin.full')).toThrow('Cells: sleep.full:httpbin.full, ');
  });
});
