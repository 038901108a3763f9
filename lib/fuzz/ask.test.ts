import { sortOf } from './ask.ts';

test.each([
  [
    'only 0 of 1 answers could be read after the step had arrived, too few for a verdict: curl exit 56, but nothing answered fuzz-legacy/sleep before and after: no positive control',
    'only N of N answers could be read after the step had arrived, too few for a verdict: curl exit N, but nothing answered … before and after: no positive control',
  ],
  [
    'not judged: Sidecar fuzz-full/x has egress listeners of its own',
    'not judged: Sidecar … has egress listeners of its own',
  ],
])('reasons are of one sort, whatever they name', (why, sort) => {
  expect(sortOf(why)).toBe(sort);
});
