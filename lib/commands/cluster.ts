import { basename } from 'node:path';
import { assertName, down, status, up } from '../cluster/native/index.ts';
import { KEPT } from '../cluster/native/kept.ts';
import { elsewhere, elsewhereWords } from '../cluster/native/owner.ts';
import { prune } from '../cluster/native/prune.ts';
import { UsageError } from '../errors.ts';
import { builtReleaseFor, newestBuilt } from '../istio/releases.ts';
import { columns } from '../report/columns.ts';
import { quoted } from '../run/shell.ts';
import { assertApply, oneOf, parse } from './arguments.ts';
import type { Console } from './console.ts';
import { clusterCommandFlags } from './flags.ts';
import { clusterHelp } from './help.ts';

const verbs = ['up', 'down', 'status', 'kubeconfig', 'prune'] as const;
type Verb = (typeof verbs)[number];

/** The options that each verb takes. */
const uses: Record<Verb, readonly string[]> = {
  up: ['istio', 'name'],
  down: ['name'],
  status: ['name'],
  kubeconfig: ['name'],
  prune: [],
};

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/**
 * `npm run cluster -- …`: starts, stops and shows the native clusters that run between test runs. Returns the exit
 * code.
 * @throws UsageError if the command is invalid or cannot be executed here
 */
export async function cluster(args: string[], console: Console): Promise<number> {
  const { values, positionals, given } = parse(args, clusterCommandFlags);
  if (values.help) {
    console.print(clusterHelp);
    return 0;
  }
  const [first, ...rest] = positionals;
  if (first === undefined || rest.length > 0) {
    const seen = rest.length > 0 ? `, not "${positionals.join(' ')}"` : '';
    throw new UsageError(`The command must be one of ${verbs.join(', ')}${seen}.`);
  }
  const verb = oneOf(verbs, first, 'The command');
  assertApply(given, verb, uses[verb]);
  const { name = KEPT } = values;
  assertName(name);
  return perform(verb, { name, istio: values.istio }, console);
}

async function perform(
  verb: Verb,
  { name, istio }: { name: string; istio: string | undefined },
  console: Console,
): Promise<number> {
  switch (verb) {
    case 'up': {
      const begunAt = performance.now();
      const { version } = (istio === undefined ? newestBuilt() : builtReleaseFor(istio)).module;
      const made = await up({ name, istio: version, lasting: true, ...console });
      const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
      console.print(`up after ${seconds} s, with Istio ${version}\nexport KUBECONFIG=${quoted(made.kubeconfig)}`);
      return 0;
    }
    case 'down': {
      const { state } = await status(name);
      await down({ name, ...console });
      console.print(state === 'absent' ? 'no cluster was running' : 'down');
      return 0;
    }
    case 'status':
      console.print(await statusText(name));
      return 0;
    case 'kubeconfig': {
      const there = await status(name);
      if (there.state !== 'running') {
        throw new UsageError(`No native cluster ${name} is running here: start one with ${upCommand(name)}.`);
      }
      console.print(there.kubeconfig);
      return 0;
    }
    case 'prune': {
      const gone = await prune(0);
      const sum = gone.reduce((bytes, one) => bytes + one.bytes, 0);
      const lines = [
        ...gone.map(({ place, bytes }) => [megabytes(bytes), basename(place)]),
        [megabytes(sum), 'removed; the next cluster rebuilds what it needs'],
      ];
      console.print(columns(lines, (column) => column === 0).join('\n'));
      return 0;
    }
  }
}

async function statusText(name: string): Promise<string> {
  const there = await status(name);
  if (there.state === 'running') {
    return `${name} runs with Istio ${there.istio} since ${there.since.toISOString()}\nexport KUBECONFIG=${quoted(there.kubeconfig)}`;
  }
  const owner = await elsewhere(name);
  return owner === undefined ? `${there.state}: ${upCommand(name)} starts one` : elsewhereWords(name, owner);
}

function upCommand(name: string): string {
  return `npm run cluster -- up${name === KEPT ? '' : ` --name ${name}`}`;
}
