import { basename } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import { assertName, down, elsewhere, elsewhereWords, KEPT, prune, status, up } from '../platform/clusters/index.ts';
import { UsageError } from '../platform/errors.ts';
import { builtReleaseFor, newestBuilt } from '../platform/istio/index.ts';
import { quoted } from '../platform/shell.ts';
import { columns } from '../report/index.ts';
import type { Declare } from './options/options.ts';
import type { Console } from './output/console.ts';

/** `automtls cluster`: starts, stops and shows the native clusters that run between test runs. */
export const cluster: Declare = ({ console }) => {
  const command = new Command('cluster').description(
    'Keep native clusters running between runs. automtls test uses the one that is called dev while it is running; another one, beside it, with --native-name.',
  );
  command
    .command('up')
    .description('build what is missing, start the cluster, install Istio')
    .option('--istio <VERSION>', 'which Istio: a minor from 1.10 on (default: the newest)')
    .option(...nameOption)
    .action(({ istio, nativeName }) => start(nativeName, istio, console));
  command
    .command('down')
    .description('stop and remove the cluster')
    .option(...nameOption)
    .action(({ nativeName }) => stop(nativeName, console));
  command
    .command('status')
    .description('whether it is running, and with which Istio')
    .option(...nameOption)
    .action(async ({ nativeName }) => console.print(await statusText(nativeName)));
  command
    .command('kubeconfig')
    .description('print the path of its kubeconfig')
    .option(...nameOption)
    .action(async ({ nativeName }) => console.print(await kubeconfigOf(nativeName)));
  command
    .command('prune')
    .description('delete builds that no running cluster needs')
    .action(async () => console.print(prunedText(await prune(0))));
  return command;
};

/** Which of the clusters. */
const nameOption = ['--native-name <NAME>', 'another cluster than dev', checked, KEPT] as const;

function checked(name: string): string {
  if (name === '') throw new InvalidArgumentError('needs a name');
  assertName(name);
  return name;
}

async function start(name: string, istio: string | undefined, console: Console): Promise<void> {
  const begunAt = performance.now();
  const { version } = (istio === undefined ? newestBuilt() : builtReleaseFor(istio)).module;
  const made = await up({ name, istio: version, lasting: true, ...console });
  const seconds = ((performance.now() - begunAt) / 1000).toFixed(1);
  console.print(`up after ${seconds} s, with Istio ${version}\nexport KUBECONFIG=${quoted(made.kubeconfig)}`);
}

async function stop(name: string, console: Console): Promise<void> {
  const { state } = await status(name);
  await down({ name, ...console });
  console.print(state === 'absent' ? 'no cluster was running' : 'down');
}

/** @throws UsageError if it is not running */
async function kubeconfigOf(name: string): Promise<string> {
  const there = await status(name);
  if (there.state === 'running') return there.kubeconfig;
  throw new UsageError(`No native cluster ${name} is running here: start one with ${upCommand(name)}.`);
}

function prunedText(gone: Awaited<ReturnType<typeof prune>>): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const sum = gone.reduce((bytes, one) => bytes + one.bytes, 0);
  const lines = [
    ...gone.map(({ place, bytes }) => [megabytes(bytes), basename(place)]),
    [megabytes(sum), 'removed; the next cluster rebuilds what it needs'],
  ];
  return columns(lines, (column) => column === 0).join('\n');
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
  return `npx automtls cluster up${name === KEPT ? '' : ` --native-name ${name}`}`;
}
