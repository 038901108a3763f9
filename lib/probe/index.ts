// What others use of this room.

export { converge } from './converge.ts';
export { type Strategy, sparing, thorough } from './phases/strategy.ts';
export { protocols, urlFor } from './protocols/index.ts';
export { certificatesTarget, hashesIn } from './sidecars/certificates.ts';
export { counterUrl, type ReadCounter, STATS_ANNOTATION } from './sidecars/counters.ts';
export { outboundIn, outboundScript, SENT_ANNOTATION } from './sidecars/outbound.ts';
export { readAnswers } from './traffic/answers.ts';
export { askScript, curlCommand, LOCAL_PORTS, localPorts, newMark } from './traffic/ask.ts';
export { observationOf, refusals } from './traffic/read.ts';
export type { Variation, Vary } from './traffic/variation.ts';
export { tokensIn, variationsOf } from './traffic/variations.ts';
export type { Asking, Cell, ProbeClient, Target } from './types.ts';
