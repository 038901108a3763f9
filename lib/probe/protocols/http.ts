import { identityShown } from './identity.ts';
import type { ProtocolAdapter } from './protocol.ts';
import { headerOf } from './server-answer.ts';

export const http: ProtocolAdapter = {
  scheme: 'http',
  path: '/headers',
  options: [],
  passedOn: false,
  observe(answer) {
    // A server that keeps connections open against the request's word may answer by the policy of before.
    if (!answer.fresh) return reused;
    if (answer.status === 503) return { kind: 'unavailable' };
    if (answer.status !== 200) return { kind: 'other', status: answer.status };
    // A sidecar beside the server gives each request an ID.
    return identityShown(answer, headerOf(answer.body, 'x-request-id') === undefined);
  },
};

/** What an answer shows that came over the connection of an earlier request. */
export const reused = {
  kind: 'not-observed',
  why: 'curl used a connection of an earlier request, which proves nothing',
} as const;
