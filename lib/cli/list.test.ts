import { suites } from '../../suites/index.ts';
import { onRelease } from '../scenario/scenario.ts';
import { listJson, listSuites } from './list.ts';
import { offlineRelease } from './options/offline.ts';

test('the list names every suite, its steps, what they apply and how many pairs each asks', () => {
  const list = listSuites(suites);
  for (const { name, steps } of suites.map((suite) => onRelease(suite, offlineRelease()))) {
    expect(list).toContain(`${name}: `);
    for (const { title } of steps) expect(list).toContain(`  ${title} (`);
  }
  expect(list).toContain('  STRICT on httpbin.full (6 pairs; PeerAuthentication full/httpbin)');
  expect(list).toContain('  both kinds of endpoint answer sleep.full (sleep.full → httpbin.partial; nothing applied)');
  expect(list).toContain('  off, PERMISSIVE (6 pairs; auto mTLS off, nothing applied)');
});

test('what is applied is of the release that is named', () => {
  expect(listSuites(suites, '1.4')).toContain('STRICT on httpbin.full (6 pairs; Policy full/httpbin)');
  expect(listJson(suites, '1.4')).toContain('"Policy full/httpbin"');
  expect(() => listSuites(suites, 'newest')).toThrow('"newest" is not an Istio release');
});

test('what a suite changes is stated', () => {
  const changes = Object.fromEntries(
    listSuites(suites)
      .split('\n\n')
      .map((text) => [text.split(':')[0], /^ {2}(changes .*)$/m.exec(text)?.[1]]),
  );
  expect(Object.keys(changes)).toEqual(suites.map(({ name }) => name));
  expect(changes['strict']).toBe('changes only its own namespaces');
  expect(changes['auto-off']).toContain('--mesh-wide');
});

test('programs get the same as JSON, cell by cell', () => {
  const { suites: listed } = JSON.parse(listJson(suites));
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(suites.map(({ name }) => name));
  const strict = listed.find(({ name }: { name: string }) => name === 'strict');
  expect(strict).toMatchObject({ meshWide: false });
  expect(strict.steps[0]).toEqual({
    kind: 'ask',
    title: 'STRICT on httpbin.full',
    objects: ['PeerAuthentication full/httpbin'],
    autoMtls: true,
    cells: ['full', 'legacy'].flatMap((client) =>
      ['full', 'partial', 'legacy'].map((server) => `sleep.${client} → httpbin.${server}`),
    ),
  });
});
