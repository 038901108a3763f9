import { entry, type Told } from './entry.ts';

/** Why an answer shows nothing: each is a doubt, and all of them together may leave a cell without a verdict. */
export const unseen = {
  'curl-failed': entry<{ curlExit: number; message: string; status?: number }>({
    effect: 'doubt',
    means:
      'curl failed in a way that says nothing about policies: a name did not resolve (6), or no answer came in time (28).',
    advice: 'Look at the network, name resolution and the load of the machine.',
    words: ({ curlExit, message, status }) =>
      `curl exit ${curlExit}${status === undefined ? '' : ` after HTTP ${status}`}: ${message}`,
  }),
  'answer-unreadable': entry<{ error: string }>({
    effect: 'doubt',
    means: 'A 200 came, but not what the test server answers, such as an HTML page of somebody in between.',
    advice: 'Look who answers in the server’s place: the evidence shows the beginning of the answer.',
    words: ({ error }) => `the server's answer cannot be read: ${error}`,
  }),
  'connection-reused': entry<object>({
    effect: 'doubt',
    means: 'The answer came over the connection of an earlier request, on which an older policy may still apply.',
    words: () => 'curl used a connection of an earlier request, which proves nothing',
  }),
  'no-spiffe-id': entry<{ header: string }>({
    effect: 'doubt',
    means: 'The server’s sidecar showed a client certificate without a SPIFFE ID, which is none of Istio’s.',
    words: ({ header }) => `a client certificate without a SPIFFE ID: ${header}`,
  }),
  'pod-untold': entry<object>({
    effect: 'doubt',
    means: 'Over TCP and HTTPS an answer counts only if it says which pod gave it, as docker.io/istio/app does.',
    words: () => 'the server does not tell which pod it is, as docker.io/istio/app does',
  }),
  'strange-pod': entry<{ podName: string }>({
    effect: 'doubt',
    means: 'A pod answered that is none of the Service’s.',
    advice: 'Look for what leads requests elsewhere: endpoints, VirtualServices, WorkloadEntries.',
    words: ({ podName }) => `${podName} answered, which is no pod of the Service`,
  }),
  'asked-elsewhere': entry<{ address: string }>({
    effect: 'doubt',
    means: 'The client resolved the server’s name to an address that is not the server’s.',
    advice: 'Look at DNS, and at /etc/hosts of the client’s pod.',
    words: ({ address }) =>
      `the client asked ${address}, which is no address of the server: the name was resolved wrongly`,
  }),
  'no-control': entry<{ client: string; got: string }>({
    effect: 'doubt',
    means:
      'A request was refused, but no other server answered the same client before and after, so the refusal may be the client’s own trouble.',
    advice: 'The cause is the client’s network or name resolution, not the policy.',
    words: ({ client, got }) => `${got}, but nothing answered ${client} before and after: no positive control`,
  }),
  'client-lost': entry<{ error: string }>({
    effect: 'doubt',
    means: 'The exec into the client broke, or its output was incomplete.',
    advice:
      'A proxy or load balancer in front of the API server may close long connections; or the machine is overloaded.',
    words: ({ error }) => error,
  }),
  'nothing-sent': entry<object>({
    effect: 'doubt',
    means: 'No request of the pair was sent within the time.',
    words: () => 'no request was sent',
  }),
};

export type Unseen = Told<typeof unseen>;
