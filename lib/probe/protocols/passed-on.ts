import { type Answer, notObserved, type Observation } from '../../verdict/index.ts';
import { reused } from './http.ts';
import { type AnsweringPods, httpMessage, type ProtocolAdapter } from './protocol.ts';
import { podOf } from './server-answer.ts';

// Sidecars pass these protocols on as bytes, so no header can show mutual TLS. An answer shows that the connection was
// made and which pod answered. The counters of the server's sidecar show the kind of connection (counters.ts).

/** HTTP to a port that its Service declares as TCP: only curl and the server treat the bytes as HTTP. */
export const tcp: ProtocolAdapter = {
  scheme: 'http',
  path: '/headers',
  options: [],
  varies: true,
  message: httpMessage,
  passedOn: true,
  observe,
};

/** TLS between curl and the server themselves, directly or inside the mesh's mutual TLS. */
export const https: ProtocolAdapter = {
  scheme: 'https',
  path: '/headers',
  // The server's certificate is not under test.
  options: ['-k'],
  varies: true,
  message: httpMessage,
  passedOn: true,
  observe,
};

function observe(answer: Answer, { pods }: AnsweringPods): Observation {
  if (!answer.fresh) return reused;
  if (answer.status !== 200) return { kind: 'other', status: answer.status };
  const pod = podOf(answer.body);
  if (pod === undefined) {
    return notObserved({ code: 'pod-untold' });
  }
  const workload = pods.get(pod);
  if (workload === undefined) return notObserved({ code: 'strange-pod', podName: pod });
  return { kind: 'answered', workload };
}
