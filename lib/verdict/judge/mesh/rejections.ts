import type { VerdictReason } from '../../reasons.ts';
import type { Rejection, Rejections } from '../../record/looked.ts';

const resources: Record<string, string> = {
  CDS: 'clusters',
  EDS: 'endpoints',
  LDS: 'listeners',
  RDS: 'routes',
  SDS: 'secrets',
  ECDS: 'extensions',
};

/** Returns a reason for each kind of rejected resource, which quotes istiod. */
export function rejectionReasons(found: Rejection[]): VerdictReason[] {
  return [...Map.groupBy(found, ({ type }) => type)].map(([type, all]): VerdictReason => {
    return {
      code: 'rejected',
      pods: all.map(({ namespace, pod }) => `${namespace}/${pod}`),
      resources: resources[type] ?? type,
      said: all[0]?.said ?? '',
    };
  });
}

/** Returns why istiod's log was not read, as a reason; none if it was. */
export function unreadReasons({ unread }: Pick<Rejections, 'unread'>): VerdictReason[] {
  return unread === undefined ? [] : [{ code: 'istiod-log-unread', ...unread }];
}
