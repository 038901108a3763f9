import { basename } from 'node:path';
import { down, status, up } from '../cluster/native/index.ts';
import { KEPT } from '../cluster/native/kept.ts';
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

const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;

/**
 * `npm run cluster -- …`: starts, stops and shows the native cluster that runs between test runs. Returns the exit
 * code.
 * @throws UsageError if the command is invalid or cannot be executed here
 */
export async function cluster(args: string[], console: Console): Promise<number> {
  const { values, positionals, given } = parse(args, clusterCommandFlags);
  if (values.help) {
    console.print(clusterHelp);
    return 0;
  }
  const [verb, ...rest] = positionals;
  if (verb === undefined || rest.length > 0) {
    const seen = rest.length > 0 ? `, not "${positionals.join(' ')}"` : '';
    throw new UsageError(`The command must be one of ${verbs.join(', ')}${seen}.`);
  }
  const command = oneOf(verbs, verb, 'The command');
  if (command !== 'up') assertApply(given, command, []);
  return perform(command, values.istio, console);
}

async function perform(verb: (typeof verbs)[number], istio: string | undefined, console: Console): Promise<number> {
  const there = await status(KEPT);
  switch (verb) {
    case 'up': {
      const begunAt = performance.now();
      const { version } = (istio === undefined ? newestBuilt() : builtReleaseFor(istio)).module;
      const made = await up({ name: KEPT, istio: version, lasting: true, ...console });
      const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
      console.print(`up after ${seconds} s, with Istio ${version}\nexport KUBECONFIG=${quoted(made.kubeconfig)}`);
      return 0;
    }
    case 'down':
      await down({ name: KEPT, ...console });
      console.print(there.state === 'absent' ? 'no cluster was running' : 'down');
      return 0;
    case 'status':
      console.print(
        there.state === 'running'
          ? `${KEPT} runs with Istio ${there.istio} since ${there.since.toISOString()}\nexport KUBECONFIG=${quoted(there.kubeconfig)}`
          : `${there.state}: npm run cluster -- up starts one`,
      );
      return 0;
    case 'kubeconfig':
      if (there.state !== 'running') {
        throw new UsageError('No native cluster is running: start one with npm run cluster -- up.');
      }
      console.print(there.kubeconfig);
      return 0;
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
