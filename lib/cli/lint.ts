import { Option } from '@commander-js/extra-typings';
import {
  isFaulty,
  lintCodesMarkdown,
  lintGithubText,
  lintJsonText,
  lintOf,
  lintSarifText,
  lintSchema,
  lintText,
  meshFrom,
} from '../survey/index.ts';
import { manifestsOption, meshCommand, meshSnapshot } from './options/mesh-source.ts';
import type { Declare } from './options/options.ts';

/** What `--print` makes of findings. */
const printed = { json: lintJsonText, sarif: lintSarifText, github: lintGithubText } as const;

/** What it prints without a mesh. */
const fixed = { schema: () => JSON.stringify(lintSchema(), null, 2), codes: lintCodesMarkdown } as const;

/** `automtls lint`: says what is wrong with a mesh's configuration of mutual TLS. */
export const lint: Declare = (context, end) =>
  meshCommand('lint', context)
    .description(
      'Say what breaks mutual TLS in your own mesh, or does not do what it seems to do. It reads, and changes nothing.',
    )
    .addOption(
      manifestsOption(
        '-f, --manifests <PATH...>',
        'folders and files of manifests instead of a cluster; - is standard input',
      ),
    )
    .optionsGroup('Options:')
    .addOption(
      new Option(
        '--print <FORMAT>',
        'print this instead of text; schema is that of json, and codes is every code',
      ).choices(['json', 'sarif', 'github', 'schema', 'codes'] as const),
    )
    .addHelpText('after', help)
    .action(async ({ print, manifests, ...values }) => {
      if (print === 'schema' || print === 'codes') return context.console.print(fixed[print]());
      const mesh = meshFrom(await meshSnapshot({ ...values, manifests }, context), values.istio);
      const found = lintOf(mesh);
      const text = (print === undefined ? lintText : printed[print])(found);
      if (text !== '') context.console.print(text);
      if (isFaulty(found)) end(1);
    });

const help = `
An error breaks requests now. A warning does not do what it seems to do. A note is good to know. Each names the pairs
that it concerns, a client and a port of a Service, as automtls check has them.

A finding is accepted by an annotation of its object, and one on a workload by an annotation of its pods:
  automtls.dev/accept: disable-against-strict,selector-matches-nothing

Exit codes:
  0  nothing but notes and what is accepted
  1  errors or warnings
  2  the command line, the manifests or the cluster are unsuitable; the message says what to do
  3  the API server failed or did not answer

Examples:
  automtls lint
  automtls lint -f manifests/ --istio 1.31
  automtls lint -f manifests/ --istio 1.31 --print github
  helm template . | automtls lint -f - --istio 1.31 --print sarif > lint.sarif`;
