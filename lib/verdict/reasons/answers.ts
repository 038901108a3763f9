import type { Outcome } from '../../model/index.ts';
import { entry } from '../entry.ts';
import {
  type Expected,
  expectedWords,
  observationWords,
  outcomeWords,
  shareWords,
  unseenWords,
} from '../observation.ts';
import type { Observation } from '../observed.ts';
import type { Unseen } from '../unseen.ts';

/** How long a change may take, in milliseconds. */
export interface Limit {
  limitMs: number;
}

const within = ({ limitMs }: Limit): string => `within ${limitMs / 1000} s`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const SLOW = 'The machine, the cluster or the client is too slow, or stood still: run again when it is quiet.';

/** What the answers of a pair show by themselves. */
export const answers = {
  'as-expected': entry<{ answers: number; expected: Expected[] }>({
    effect: 'pass',
    means: 'Every answer that counts was as expected, and each expected kind was among them.',
    words: ({ answers, expected }) => `all ${answers} answers that count were as expected: ${expectedWords(expected)}`,
  }),
  'wrong-answers': entry<{
    expected: Expected[];
    answers: number;
    wrong: { observation: Observation; times: number }[];
  }>({
    effect: 'fail',
    means: 'Some of the answers that count were none of those that are expected.',
    advice:
      'Look at what gave the first wrong answer, and at what else acts on the pair; docs/troubleshooting.md goes by what was observed instead.',
    words: ({ expected, answers, wrong }) => {
      const sorts = wrong.map(({ observation, times }, at) =>
        at === 0
          ? `${times} of ${answers} answers after the step had arrived ${times === 1 ? 'was' : 'were'} ${observationWords(observation)}`
          : `${times} ${observationWords(observation)}`,
      );
      return `expected ${expectedWords(expected)}; ${sorts.join(', ')}`;
    },
  }),
  'never-arrived': entry<Limit & { expected: Expected[]; last?: Observation }>({
    effect: 'fail',
    means: 'What the step changes was not observed to change in time.',
    advice: 'Look whether istiod pushes, and whether the sidecar accepts what it gets (`istioctl proxy-status`).',
    words: ({ expected, last, ...limit }) =>
      `expected ${expectedWords(expected)}; the last answer ${within(limit)} was ${last === undefined ? 'none' : observationWords(last)}`,
  }),
  late: entry<Limit & { expected: Expected[]; afterMs: number }>({
    effect: 'fail',
    means: 'What the step changes changed, but too late.',
    advice: 'Look at the load of istiod and of the machine.',
    words: ({ expected, afterMs, ...limit }) =>
      `expected ${expectedWords(expected)}; it came only after ${seconds(afterMs)}, not ${within(limit)}`,
  }),
  'never-seen': entry<{ missing: Outcome[]; answers: number; chance: number }>({
    effect: 'fail',
    means: 'Endpoints differ, and an answer that some of them must give never came.',
    advice: 'Look whether requests reach all endpoints, and what the policy of the missing one is.',
    words: ({ missing, answers, chance }) =>
      `${missing.map(outcomeWords).join(' and ')} was never among ${answers} answers; the chance of missing it is ${chance.toExponential(0)}`,
  }),
  'too-often': entry<{ outcome: Outcome; times: number; answers: number; share: number; chance: number }>({
    effect: 'fail',
    means: 'An answer that may come rarely came more often than chance allows.',
    words: ({ outcome, times, answers, share, chance }) =>
      `${outcomeWords(outcome)} in ${times} of ${answers} answers after the step had arrived; at most ${shareWords(share)} is expected: the chance of that is ${chanceWords(chance)}`,
  }),
  'nothing-seen': entry<Limit & { because: Unseen }>({
    effect: 'doubt',
    means: 'No answer of the pair could be read at all.',
    advice: 'Look at the network, name resolution and the load of the machine.',
    words: ({ because, ...limit }) => `nothing could be observed ${within(limit)}: ${unseenWords(because)}`,
  }),
  silence: entry<Limit & { fromMs: number; toMs: number; arrived: boolean; because?: Unseen }>({
    effect: 'doubt',
    means: 'Nobody looked while the step’s time ran out, so it is not known whether the change came in time.',
    advice: SLOW,
    words: ({ fromMs, toMs, arrived, because, ...limit }) => {
      const then = arrived
        ? ', and then the step had arrived'
        : because === undefined
          ? ''
          : `: ${unseenWords(because)}`;
      return `nothing could be observed between ${seconds(fromMs)} and ${seconds(toMs)}${then}; so it is not known whether it arrived ${within(limit)}`;
    },
  }),
  'client-lost-often': entry<{ times: number; because: Unseen }>({
    effect: 'doubt',
    means: 'The exec into the client broke again and again while its answers counted; what they were may be why.',
    advice: 'A proxy or load balancer in front of the API server may close long connections.',
    words: ({ times, because }) =>
      `the client was lost ${times} times while its answers counted, so what they were is not known: ${unseenWords(because)}`,
  }),
  'answers-unread': entry<{ unread: number; answers: number; because: Unseen }>({
    effect: 'doubt',
    means: 'Some of the answers that count could not be read, so a wrong one may be among them.',
    advice: 'Look at the network, name resolution and the load of the machine.',
    words: ({ unread, answers, because }) =>
      `${unread} answer${unread === 1 ? '' : 's'} after the step had arrived could not be read, beside ${answers} that could: ${unseenWords(because)}`,
  }),
  'too-few-answers': entry<{ answers: number; wanted: number; because: Unseen }>({
    effect: 'doubt',
    means: 'Too few answers came for the sensitivity of the run.',
    advice: SLOW,
    words: ({ answers, wanted, because }) =>
      `only ${answers} of ${wanted} answers could be read after the step had arrived, too few for a verdict: ${unseenWords(because)}`,
  }),
  'refused-but-done': entry<{ came: number; refused: number; podNames: string }>({
    effect: 'fail',
    means: 'A request that was refused reached the application: the connection was reset only afterwards.',
    advice: 'Look at what sits between the sidecar and the application.',
    words: ({ came, refused, podNames }) =>
      `${came} of ${refused} refused requests reached the application all the same: ${podNames} logged them`,
  }),
  'log-unread': entry<{ workload: string; error: string }>({
    effect: 'doubt',
    means:
      'The log of the server’s pod could not be read, so whether refused requests reached the application is not known.',
    advice: 'It takes the right to read pods/log in the run’s namespaces (manifests/rights.yaml).',
    words: ({ workload, error }) => `whether refused requests reached ${workload} is not known: ${error}`,
  }),
  'log-silent': entry<{ workload: string }>({
    effect: 'doubt',
    means:
      'The log of the server’s pod no longer shows the requests that it answered, so it would not show a refused one.',
    words: ({ workload }) =>
      `whether refused requests reached ${workload} is not known: its log does not show the requests that it answered, as it did before`,
  }),
};

/** Returns a small chance in words. Numbers below 1e-15 have no practical meaning. */
function chanceWords(chance: number): string {
  return chance < 1e-15 ? 'below 1e-15' : chance.toExponential(0);
}
