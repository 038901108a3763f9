import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { UsageError } from '../platform/errors.ts';
import type { OnProgress } from '../platform/progress.ts';
import {
  assertJudged,
  assertNamed,
  isBreaking,
  meshFrom,
  nearerPolicies,
  type ObjectName,
  type PairPattern,
  type Plan,
  planAnnotations,
  planBetween,
  planJsonText,
  planMarkdown,
  planOf,
  planSchema,
  planText,
  requireMutual,
  type Snapshot,
  strictEdit,
} from '../survey/index.ts';
import {
  changeExitCodes,
  manifestsOption,
  manifestsSnapshot,
  meshCommand,
  meshSnapshot,
} from './options/mesh-source.ts';
import type { Declare } from './options/options.ts';
import { assertRequired, exceptOption, requireOption } from './options/requirement.ts';
import { append, type Context, escapeWorkflowCommands } from './output/console.ts';

/** What `--print` makes of a plan. */
const printed = {
  json: planJsonText,
  markdown: planMarkdown,
  github: (plan: Plan) => planAnnotations(plan).join('\n'),
} as const;

/** `automtls plan`: says which connections of a mesh a change of its objects breaks. */
export const plan: Declare = (context, end) =>
  meshCommand('plan', context)
    .description(
      'Say what a change would do to the connections of your own mesh: what breaks, gains or loses mutual TLS. It reads, and changes nothing.',
    )
    .addOption(
      manifestsOption('--from <PATH...>', 'folders and files of manifests as the mesh of now, instead of a cluster'),
    )
    .optionsGroup('Change:')
    .addOption(
      manifestsOption('-f, --manifests <PATH...>', 'what would be applied: files and folders; - is standard input'),
    )
    .addOption(
      new Option('--delete <OBJECT...>', 'what would be deleted, such as PeerAuthentication/shop/default').argParser(
        objectName,
      ),
    )
    .option('--strict <NAMESPACE>', 'STRICT for a namespace, or for the whole mesh: mesh')
    .addOption(manifestsOption('--to <PATH...>', 'with --from: the mesh of then, whole'))
    .optionsGroup('Options:')
    .option('--explain', 'give the reasons, of now and of then')
    .addOption(requireOption('end with exit code 1, too, if a pair may be answered otherwise afterwards'))
    .addOption(exceptOption())
    .addOption(
      new Option('--print <FORMAT>', 'print this instead of text').choices([
        'json',
        'markdown',
        'github',
        'schema',
      ] as const),
    )
    .addHelpText('after', help)
    .action(async ({ print, explain = false, require: required, except = [], ...asked }) => {
      if (print === 'schema') return context.console.print(JSON.stringify(planSchema(), null, 2));
      assertRequired(required, except);
      const change = await planned(asked, context);
      assertJudged(change);
      const found = required === undefined ? change : withRequired(change, except);
      await show(found, { print, explain }, context);
      if (isBreaking(found.comparison) || (found.required?.violations ?? []).length > 0) end(1);
    });

/**
 * Returns a plan with what is required of the mesh afterwards.
 * @throws UsageError if an exception names what is there neither now nor then
 */
function withRequired(plan: Plan, except: readonly PairPattern[]): Plan {
  const both = [plan.before, plan.after];
  const servers = both.flatMap((survey) => survey.servers.map(({ server }) => server));
  assertNamed({ clients: both.flatMap(({ clients }) => clients), servers }, { except });
  return { ...plan, required: requireMutual(plan.after, except) };
}

interface Asked {
  inject?: string[];
  kubeconfig?: string;
  context?: string;
  istio?: string;
  from?: string[];
  to?: string[];
  manifests?: string[];
  delete?: ObjectName[];
  strict?: string;
}

/** @throws UsageError if what is asked is not one change of one mesh, or cannot be read */
async function planned({ from, to, manifests, strict, ...asked }: Asked, context: Context): Promise<Plan> {
  const remove = asked.delete ?? [];
  const { onProgress } = context.console;
  const edits = [manifests !== undefined || remove.length > 0, strict !== undefined, to !== undefined];
  if (edits.filter(Boolean).length !== 1) {
    throw new UsageError(
      'Name one change: -f PATH and --delete OBJECT, or --strict NAMESPACE, or --to PATH. See --help.',
    );
  }
  if (to !== undefined && from === undefined) {
    throw new UsageError('--to is the mesh of then, and needs the mesh of now in manifests, too: --from PATH.');
  }
  const base = await meshSnapshot({ ...asked, manifests: from }, context, { manifests: '--from', release: '--istio' });
  if (to !== undefined)
    return planBetween(base, await manifestsSnapshot(to, context, asked.inject), asked.istio ?? '', onProgress);
  if (strict !== undefined) return strictPlan(base, strict, asked.istio, onProgress);
  const apply = manifests === undefined ? undefined : await manifestsSnapshot(manifests, context);
  return planOf(base, { apply, remove }, asked.istio, onProgress);
}

function strictPlan(base: Snapshot, where: string, istio: string | undefined, onProgress: OnProgress): Plan {
  const mesh = meshFrom(base, istio);
  const found = planOf(base, strictEdit(mesh, where), istio, onProgress);
  return { ...found, notes: [...found.notes, ...nearerPolicies(mesh, where)] };
}

/** Prints a plan. In a job of GitHub's it is the job's summary, too, and annotates the objects. */
async function show(
  found: Plan,
  { print, explain }: { print: keyof typeof printed | undefined; explain: boolean },
  { console, github }: Context,
): Promise<void> {
  await append(github.summaryFile, planMarkdown(found));
  if (print !== undefined) return console.print(printed[print](found));
  console.print(escapeWorkflowCommands(planText(found, { explain }), github));
  if (github.annotates) for (const annotation of planAnnotations(found)) console.print(annotation);
}

/** Reads `Kind/namespace/name`, or `Kind/name` of what is in no namespace. */
function objectName(text: string, before: ObjectName[] = []): ObjectName[] {
  const parts = text.split('/');
  const [kind = '', ...path] = parts;
  const name = path.at(-1) ?? '';
  if (parts.some((part) => part === '') || path.length < 1 || path.length > 2) {
    throw new InvalidArgumentError('takes Kind/namespace/name, or Kind/name of what is in no namespace');
  }
  return [...before, { kind, name, ...(path.length === 2 && { namespace: path[0] }) }];
}

const help = `
The mesh of now is a cluster, or --from folders of manifests. What is applied lies over it. Every workload is a client,
and so is the outsider, a pod without a sidecar in a namespace of its own: that it is refused breaks nothing, but at a
Service that is a LoadBalancer, a NodePort or behind an Ingress.

${changeExitCodes('   with --require: some pair is answered in plain text afterwards, or cannot be judged')}

Examples:
  automtls plan -f new-policies/
  automtls plan --strict shop
  automtls plan --delete PeerAuthentication/shop/default DestinationRule/shop/cart
  automtls plan --from manifests/ --istio 1.31 -f strict.yaml --explain
  automtls plan --from main/k8s --to branch/k8s --istio 1.31 --require mtls --except 'outsider>web.shop:80'`;
