import { GoProgress } from './go-progress.ts';

test('a line a package', () => {
  const progress = new GoProgress('Go programs', 3, 0);
  expect(progress.line('internal/goarch', 0)).toEqual({ phase: 'Go programs', done: 1, total: 3 });
  expect(progress.line('k8s.io/api/core/v1', 0)).toMatchObject({ done: 2 });
  expect(progress.line('command-line-arguments', 0)).toMatchObject({ done: 3 });
  expect(progress.line('one/more', 0)).toMatchObject({ done: 3 });
});

test('downloads are told, warnings and headings are not packages', () => {
  const progress = new GoProgress('Go programs', 3, 0);
  expect(progress.line('go: downloading k8s.io/api v0.36.1', 0)).toEqual({
    phase: 'Go programs',
    detail: 'downloading k8s.io/api',
  });
  expect(progress.line('# k8s.io/api/core/v1', 0)).toBeUndefined();
  expect(progress.line('go: warning: something', 0)).toBeUndefined();
});

test('the time that is left is told once it can be', () => {
  const progress = new GoProgress('Go programs', 1000, 0);
  let last: unknown;
  for (let count = 1; count <= 200; count++) last = progress.line(`package/${count}`, count * 500);
  expect(last).toMatchObject({ done: 200, detail: 'about 7 min left' });
  for (let count = 201; count <= 950; count++) last = progress.line(`package/${count}`, count * 500);
  expect(last).toMatchObject({ detail: 'under a minute left' });
});
