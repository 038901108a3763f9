import type { Outcome } from '../lib/model/index.ts';
import type { Because } from '../lib/tools/prove/index.ts';
import type { FieldChange, Observation, Unseen } from '../lib/verdict/index.ts';

// Reasons that many saboteurs expect.

/** A kind of answer, with those of its facts that matter. */
type ObservationFacts<T = Observation> = T extends Observation ? Partial<T> & Pick<T, 'kind'> : never;

/** Answers that were not as expected: some of the sample, or all until the time was up. */
export function wrong(observation: ObservationFacts): Because[] {
  return [
    { code: 'wrong-answers', wrong: [{ observation }] },
    { code: 'never-arrived', last: observation },
  ];
}

/** Some answers could not be read, or none. */
export const unread: Because[] = [
  { code: 'nothing-seen' },
  { code: 'answers-unread' },
  { code: 'too-few-answers' },
  { code: 'silence' },
];

/** The same, for one of these reasons. */
export function unreadFor(...whys: Partial<Unseen>[]): Because[] {
  return whys.flatMap((because) => unread.map((one) => ({ ...one, because }) as Because));
}

/** The client's own sidecar made fewer requests than answers came: the others went past it. */
export const fewerSent: Because = { code: 'client-sent-fewer' };
/** It made none. */
export const noneSent: Because = { code: 'client-sent-fewer', sent: 0 };

/** The identity that the client wrote itself. */
export const forged: Because[] = wrong({ kind: 'mtls', identity: 'spiffe://automtls.dev/forged' });

/** Somebody made, changed or deleted an object that acts on the pairs, during the run. */
export function came(object: string): Because {
  return { code: 'acts-since', object };
}

/** An object that was there before may be the cause. */
export function cause(object: string): Because {
  return { code: 'acts', object };
}

/** Somebody made a policy or rule during the run, with which the pairs come to something else. */
export function madeByOthers(object: string, otherwise?: Partial<Outcome>): Because {
  const deeds = [{ object, deed: 'made' }];
  return { code: 'policy-by-others', deeds, ...(otherwise && { otherwise: [{ outcome: otherwise }] }) } as Because;
}

/** Something changed an object on its way into the API server. */
export function altered(object: string, change: FieldChange): Because {
  return { code: 'object-altered', object, change };
}

/** Pods were replaced or restarted, or do not answer yet. */
export const replaced: Because[] = [
  { code: 'pods-replaced' },
  { code: 'container-restarted' },
  { code: 'pod-ending' },
  { code: 'pod-unready' },
  { code: 'endpoint-missing' },
  { code: 'pods-otherwise' },
];
