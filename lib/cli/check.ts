import { Option } from '@commander-js/extra-typings';
import {
  assertNamed,
  everyPair,
  meshFrom,
  requireMutual,
  results,
  selectionOf,
  strictnessOf,
  surveyJsonText,
  surveyOf,
  surveyPage,
  surveySchema,
  surveyText,
} from '../survey/index.ts';
import { manifestsOption, meshCommand, meshSnapshot } from './options/mesh-source.ts';
import { type Declare, pathFrom } from './options/options.ts';
import { assertRequired, exceptOption, requireOption } from './options/requirement.ts';
import type { Context } from './output/console.ts';
import { write } from './output/files.ts';

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
    .addOption(new Option('--show <RESULT>', 'only pairs that come to this').choices(results))
    .option('--explain', 'give the reasons')
    .addOption(requireOption('end with exit code 1 if a pair may be answered otherwise'))
    .addOption(exceptOption())
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
    assertRequired(required, except);
    const { manifests, explain = false } = values;
    const mesh = meshFrom(await meshSnapshot({ ...values, manifests }, context), values.istio);
    const { onProgress } = context.console;
    const whole = surveyOf(mesh, everyPair, onProgress);
    assertNamed({ clients: whole.clients, servers: whole.servers.map(({ server }) => server) }, { from, to, except });
    const selection = from === undefined && to === undefined ? everyPair : selectionOf({ from, to });
    const survey = selection === everyPair ? whole : surveyOf(mesh, selection, onProgress);
    const requirement = required === undefined ? undefined : requireMutual(survey, except);
    const everywhere = strictnessOf(whole, onProgress);
    if (html !== undefined) await write(html, surveyPage(whole, { strictness: everywhere, from, to, show }));
    // STRICT is the namespace's, whoever is asked about.
    const shownNamespaces = new Set(survey.servers.map(({ server }) => server.target.metadata.namespace));
    const strictness = everywhere.filter(({ namespace }) => shownNamespaces.has(namespace));
    const view = { show, explain, strictness, required: requirement };
    context.console.print(print === 'json' ? surveyJsonText(survey, view) : surveyText(survey, view));
    if (requirement !== undefined && requirement.violations.length > 0) end(1);
  });

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
