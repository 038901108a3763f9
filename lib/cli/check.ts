import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import {
  assertNamed,
  everyPair,
  meshFrom,
  notMutual,
  type PairPattern,
  selectionOf,
  strictnessOf,
  surveyJsonText,
  surveyOf,
  surveyPage,
  surveySchema,
  surveyText,
  type Violation,
} from '../survey/index.ts';
import { manifestsOption, meshCommand, meshSnapshot } from './options/mesh-source.ts';
import { type Declare, pathFrom } from './options/options.ts';
import type { Context } from './output/console.ts';
import { write } from './output/files.ts';

/** What `--show` names. */
const shown = ['mtls', 'plain', 'refused', 'mixed', 'none', 'unknown'] as const;

/** Returns the command with its options. */
function declared(context: Context) {
  return meshCommand('check', context)
    .description(
      'Say which connections of your own mesh are mutual TLS, and what STRICT would break. It reads, and changes nothing.',
    )
    .addOption(
      manifestsOption(
        '-f, --manifests <PATH...>',
        'folders and files of manifests instead of a cluster; - is standard input',
      ),
    )
    .optionsGroup('Options:')
    .option('--from <CLIENT>', 'only these clients: ns/account, ns/* or outsider')
    .option('--to <SERVER>', 'only these servers: svc.ns:port, svc.ns or *.ns')
    .addOption(new Option('--show <RESULT>', 'only pairs that come to this').choices(shown))
    .option('--explain', 'give the reasons')
    .addOption(
      new Option('--require <WHAT>', 'end with exit code 1 if a pair may be answered otherwise').choices([
        'mtls',
      ] as const),
    )
    .addOption(
      new Option('--except <PAIR...>', "with --require: pairs that need not be, as 'CLIENT>SERVER'").argParser(pair),
    )
    .option(
      '--html <FILE>',
      'write one HTML page of all pairs, too, which opens at what is asked for',
      pathFrom(context),
    )
    .addOption(new Option('--print <FORMAT>', 'print this instead of text').choices(['json', 'schema'] as const))
    .addHelpText('after', help);
}

/** `automtls check`: says which connections of a mesh are mutual TLS. */
export const check: Declare = (context, end) =>
  declared(context).action(async ({ print, html, require: required, except = [], show, from, to, ...values }) => {
    if (print === 'schema') return context.console.print(JSON.stringify(surveySchema(), null, 2));
    if (except.length > 0 && required === undefined) {
      throw new UsageError('--except is for --require: name what is required, --require mtls.');
    }
    const { manifests, explain = false } = values;
    const mesh = meshFrom(await meshSnapshot({ ...values, manifests }, context), values.istio);
    const { onProgress } = context.console;
    const whole = surveyOf(mesh, everyPair, onProgress);
    assertNamed({ clients: whole.clients, servers: whole.servers.map(({ server }) => server) }, { from, to, except });
    const selection = from === undefined && to === undefined ? everyPair : selectionOf({ from, to });
    const survey = selection === everyPair ? whole : surveyOf(mesh, selection, onProgress);
    const violations = required === undefined ? undefined : notMutual(survey, except);
    const everywhere = strictnessOf(whole, onProgress);
    if (html !== undefined) await write(html, surveyPage(whole, { strictness: everywhere, from, to, show }));
    // STRICT is the namespace's, whoever is asked about.
    const shownNamespaces = new Set(survey.servers.map(({ server }) => server.target.metadata.namespace));
    const strictness = everywhere.filter(({ namespace }) => shownNamespaces.has(namespace));
    const excepted = violations && except.length > 0 ? pairsIn(notMutual(survey, [])) - pairsIn(violations) : undefined;
    const view = { show, explain, strictness, violations, excepted };
    context.console.print(print === 'json' ? surveyJsonText(survey, view) : surveyText(survey, view));
    if (violations !== undefined && violations.length > 0) end(1);
  });

function pairsIn(violations: readonly Violation[]): number {
  return violations.reduce((sum, { clients }) => sum + clients.length, 0);
}

const help = `
A pair is a group of clients, which no policy can tell apart, and a port of a Service. Every workload is a client, and so
is the outsider: a pod without a sidecar in a namespace of its own.

Exit codes:
  0  it was read and printed; with --require: no pair is answered in plain text
  1  with --require: some pair is or may be, or could not be judged
  2  the command line, the manifests or the cluster are unsuitable; the message says what to do
  3  the API server failed or did not answer

Examples:
  automtls check
  automtls check --to cart.shop:8080 --explain
  automtls check --html mesh.html
  automtls check -f manifests/ --istio 1.31 --require mtls --except 'outsider>web.shop:80'
  helm template . | automtls check -f - --istio 1.31`;

/** Reads a pair, such as `shop/*>cart.shop:8080`. */
function pair(text: string, before: PairPattern[] = []): PairPattern[] {
  const [, client = '', server = ''] = /^([^>→]+)[>→]([^>→]+)$/.exec(text.replaceAll(/\s/g, '')) ?? [];
  if (client === '' || server === '') throw new InvalidArgumentError("takes a pair, such as 'shop/web>cart.shop:8080'");
  return [...before, { text, client, server }];
}
