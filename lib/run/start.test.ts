import type { Others } from '../mesh/others.ts';
import type { Progress } from '../platform/progress.ts';
import { tellUnread } from './start.ts';

test('what cannot be listed is told when the run begins, since the run will not pass', () => {
  const told: Progress[] = [];
  const onProgress = (progress: Progress) => void told.push(progress);
  const why = 'The user may not list authorizationpolicies.';
  const others: Others = { objects: [], unread: [why], listed: new Map() };
  tellUnread({ onProgress }, { others });
  expect(told).toEqual([
    {
      phase: 'cluster',
      detail: `this run will not pass, since what else acts on its workloads cannot be listed (manifests/rights.yaml): ${why}`,
    },
  ]);
  tellUnread({ onProgress }, { others: { ...others, unread: [] } });
  expect(told).toHaveLength(1);
});
