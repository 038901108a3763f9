import { Option } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import {
  assertJudged,
  isBreaking,
  upgradeJsonText,
  upgradeMarkdown,
  upgradeOf,
  upgradeSchema,
  upgradeText,
} from '../survey/index.ts';
import { changeExitCodes, manifestsOption, meshSnapshot, readingCommand } from './options/mesh-source.ts';
import type { Declare } from './options/options.ts';
import { append, escapeWorkflowCommands } from './output/console.ts';

/** What `--print` makes of an upgrade. */
const printed = { json: upgradeJsonText, markdown: upgradeMarkdown } as const;

/** `automtls upgrade`: says which connections of a mesh change with another release of Istio. */
export const upgrade: Declare = (context, end) =>
  readingCommand('upgrade', context)
    .option('--from <VERSION>', 'the release of now: needed for manifests')
    .description(
      'Say which connections of your own mesh another release of Istio changes, and by which of its rules. It reads, and changes nothing.',
    )
    .addOption(
      manifestsOption(
        '-f, --manifests <PATH...>',
        'folders and files of manifests instead of a cluster; - is standard input',
      ),
    )
    .optionsGroup('Options:')
    .option('--to <VERSION>', 'the release of then, such as 1.31')
    .option('--explain', 'give the reasons, of now and of then')
    .addOption(
      new Option('--print <FORMAT>', 'print this instead of text').choices(['json', 'markdown', 'schema'] as const),
    )
    .addHelpText('after', help)
    .action(async ({ print, explain = false, to, from, manifests, ...values }) => {
      const { console, github } = context;
      if (print === 'schema') return console.print(JSON.stringify(upgradeSchema(), null, 2));
      if (to === undefined) throw new UsageError('Which release shall it be? Name it with --to VERSION, such as 1.31.');
      const source = { ...values, ...(from !== undefined && { istio: from }), manifests };
      const snapshot = await meshSnapshot(source, context, { manifests: '-f', release: '--from' });
      const found = upgradeOf(snapshot, { from, to }, console.onProgress);
      assertJudged(found);
      await append(github.summaryFile, upgradeMarkdown(found));
      const text = print === undefined ? upgradeText(found, { explain }) : printed[print](found);
      console.print(print === undefined ? escapeWorkflowCommands(text, github) : text);
      if (isBreaking(found.comparison)) end(1);
    });

const help = `
Compared are istiod and all sidecars of one release with istiod and all sidecars of the other, with the same objects.

${changeExitCodes()}

Examples:
  automtls upgrade --to 1.31
  automtls upgrade -f manifests/ --from 1.22 --to 1.31 --explain`;
