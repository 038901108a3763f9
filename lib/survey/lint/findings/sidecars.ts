import { namespaceOf } from '../../snapshot.ts';
import { everyService, hostKnowledge, listed, policiesOf, type SurveyContext, subjectOf } from '../context.ts';
import type { Check, CheckGroup, Specified } from '../finding.ts';

type Sidecar = Specified<{ egress?: { hosts?: string[] }[] }>;

const unknownEgress: Check = {
  code: 'sidecar-egress-host-unknown',
  severity: 'warning',
  meaning: 'An egress host of a Sidecar names no Service and no ServiceEntry of its namespace.',
  remedy: 'Write `namespace/name`, such as `pay/ledger.pay.svc.cluster.local` or `pay/*`, or leave it out.',
  needs: ['ServiceEntry'],
  find: (context) => {
    const isUnknown = unknownHost(context);
    return policiesOf<Sidecar>(context, 'Sidecar').flatMap((sidecar) => {
      const hosts = (sidecar.spec?.egress ?? []).flatMap((one) => one.hosts ?? []);
      const unknown = hosts.filter((host) => isUnknown(host, namespaceOf(sidecar)));
      if (unknown.length === 0) return [];
      const reason = `Its egress host ${listed(unknown)} is the name of no Service and no ServiceEntry.`;
      return [{ subject: subjectOf(sidecar), reason, pairs: [] }];
    });
  },
};

/** Returns what says whether an egress host of a Sidecar in a namespace is of nothing. */
function unknownHost(context: SurveyContext): (text: string, home: string) => boolean {
  const isKnown = hostKnowledge(context);
  const entries = policiesOf(context, 'ServiceEntry');
  const namespaces = new Set([...everyService(context), ...entries].map(namespaceOf));
  const isOfFiles = context.mesh.snapshot.source === 'files';
  return (text, home) => {
    const [, place = '', host = ''] = /^([^/]*)\/(.*)$/.exec(text) ?? [];
    // `~/*` is nothing, and said to be so; what is for any namespace, or excluded, need not be there.
    if (place === '' || place === '~' || place.startsWith('~')) return false;
    const namespace = place === '.' ? home : place;
    if (host === '*' && place !== '*') return place !== '.' && !isOfFiles && !namespaces.has(namespace);
    if (host === '*' || (isOfFiles && place !== '*' && !namespaces.has(namespace))) return false;
    return isKnown(host) === false;
  };
}

export const sidecars: CheckGroup = { title: 'Sidecar', needs: ['Sidecar'], checks: [unknownEgress] };
