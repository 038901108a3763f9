import { besides, resultsOf } from '../../results/fixtures.ts';
import { asShown } from './as-shown.ts';
import { casesOf } from './cases.ts';
import { failureText } from './failure.ts';

const cases = casesOf(asShown(resultsOf()));
const failed = cases[5] as (typeof cases)[5];

test('each reason names its rule, or whatever else is to be cited', () => {
  expect(failureText(failed)).toContain('            because PeerAuthentication full/httpbin sets STRICT [a]\n');
  expect(failureText(failed, { cite: ({ rule, source }) => `${rule} of ${source}` })).toContain(
    'sets STRICT [a of b]\n',
  );
});

test('a check has its sentence, and the lines of it stay apart', () => {
  const check = { ...(cases[1] as (typeof cases)[1]), why: 'one\ntwo' };
  expect(failureText(check)).toBe('FAIL setup › the mesh is PERMISSIVE\n  one\n  two');
});

test('what was never asked was seen as nothing, without evidence', () => {
  const { evidence: _, ...asked } = failed.cell as NonNullable<typeof failed.cell>;
  const text = failureText({ ...failed, cell: { ...asked, seen: [] } });
  expect(text).toContain('\n  observed  nothing\n  to do     ');
});

test('the files beside the results are named, where they are', () => {
  const cell = { ...(failed.cell as NonNullable<typeof failed.cell>), ...besides };
  const end = (folder?: string) =>
    failureText({ ...failed, cell }, { folder })
      .split('\n')
      .slice(-2);
  expect(end()).toEqual(['  to reproduce it from nothing: sh repro/strict--a.sh', '  diagnosis: diagnosis/strict--a/']);
  expect(end('results/latest/')[0]).toBe('  to reproduce it from nothing: sh results/latest/repro/strict--a.sh');
  expect(failureText(failed)).not.toContain('from nothing');
});
