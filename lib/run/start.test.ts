import type { Others } from '../mesh/others.ts';
import type { Progress } from '../platform/clusters/types.ts';
import { tellUnread } from './start.ts';

test('what cannot be listed is told when the run begins, since the run will not pass', () => {
  const told: Progress[] = [];
  const why = 'The user may not list authorizationpolicies.';
  const others: Others = { objects: [], unread: [why], listed: new Map() };
  tellUnread({ others, onProgress: (progress) => told.push(progress) });
  expect(told).toEqual([
    {
      phase: 'cluster',
      detail: `this run will not pass, since what else acts on its workloads cannot be listed (manifests/rights.yaml): ${why}`,
    },
  ]);
  tellUnread({ others: { ...others, unread: [] }, onProgress: (progress) => told.push(progress) });
  expect(told).toHaveLength(1);
});
