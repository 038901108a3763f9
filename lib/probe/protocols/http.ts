import { notObserved } from '../../verdict/index.ts';
import { identityShown } from './identity.ts';
import { httpMessage, type ProtocolAdapter } from './protocol.ts';

export const http: ProtocolAdapter = {
  scheme: 'http',
  path: '/headers',
  options: [],
  varies: true,
  message: httpMessage,
  passedOn: false,
  observe(answer) {
    // On a connection that the server kept open against the request's header, an old policy may still apply.
    if (!answer.fresh) return reused;
    if (answer.status === 503) return { kind: 'unavailable' };
    if (answer.status !== 200) return { kind: 'other', status: answer.status };
    return identityShown(answer);
  },
};

/** The observation of an answer over an earlier request's connection. */
export const reused = notObserved({ code: 'connection-reused' });
