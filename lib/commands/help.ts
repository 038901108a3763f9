import { clusterChoices, nightlyProviders, providers } from '../cluster/registry.ts';

const actionClusters = providers.filter(({ action }) => action !== undefined).map(({ name }) => name);
const nightlyClusters = nightlyProviders.map(({ name }) => name);

/** Returns lines of help: an option, and what it does, on so many lines as that has. */
function lines(option: string, ...about: string[]): string[] {
  return about.map((line, index) => `  ${(index === 0 ? option : '').padEnd(42)} ${line}`);
}

/** Where to run, as the providers have it. */
const where = [
  ...lines(
    `--cluster ${clusterChoices.join('|')}`,
    `auto: ${providers.flatMap(({ auto }) => auto?.when ?? []).join(', else ')}`,
  ),
  ...lines('--istio VERSION', 'which Istio:', ...providers.map(({ name, istio }) => `  ${name}: ${istio}`)),
  ...providers.flatMap(({ flags }) =>
    Object.entries(flags).flatMap(([name, { value, about }]) => lines(`--${name} ${value}`, about)),
  ),
].join('\n');

/** What `npm test -- --help` prints. */
export const testHelp = `Runs Istio's task "Automatic mutual TLS" on a real mesh and compares every answer with Istio's rules.

  npm test                                   the whole task
  npm test -- --suite strict,disable         these suites (setup's checks and cleanup always run)

Where
${where}
  --mesh-wide                                allow auto-off, which changes the mesh for everybody, on a named cluster

What
  --suite NAME[,NAME…]                       which suites; --list names them
  --cell CLIENT:SERVER                       one cell alone, such as sleep.legacy:httpbin.full
  --sensitivity SHARE                        the share of wrong answers that a step must find (5%): 1% asks five times
                                             as often; one time in a hundred it may be missed
  --step-timeout TIME                        how long what a step changes may take to arrive (20s)
  --ready-timeout TIME                       how long pods may take to be READY, image pulls included (3m)
  --request-timeout TIME                     how long one request may take (2s)
  --list                                     the suites, their steps and pairs, and what each needs; needs no cluster
  --explain                                  what is expected of each pair and why; needs no cluster
  --json                                     for programs: what was found, listed or explained, as JSON on stdout
                                             (npm run --silent test -- … keeps npm's own lines away)
  --timings                                  where the time of each step went
  --keep                                     leave the namespaces and what is in them
  --sweep                                    only take away what dead and kept runs have left
  --out DIR                                  where results go (results/, the newest also under results/latest):
                                             results.json, report.html, junit.xml, summary.md

Exit codes
  0 all pass · 1 the mesh does not conform · 2 the command line or the cluster is not fit
  3 inconclusive: the harness could not tell · 130 interrupted`;

/** What `npm run cluster -- --help` prints. */
export const clusterHelp = `Keeps a native cluster running between runs; npm test uses it while it is there.

  npm run cluster -- up [--istio VERSION]    build what is missing, boot, install Istio (a minor from 1.10 on)
  npm run cluster -- down                    take it down without a trace
  npm run cluster -- status                  whether it runs, and with which Istio
  npm run cluster -- kubeconfig              print the path of its kubeconfig
  npm run cluster -- prune                   remove what was built and no running cluster needs`;

/** What `npm run bench -- --help` prints. */
export const benchHelp = `Compares this project with bash and kubectl, on one cluster in one run: the refresh of the matrix, and the whole task.

  npm run bench [-- --cluster … --kubeconfig FILE --context NAME --istio VERSION]    as for npm test`;

/** What `npm run report -- --help` prints. */
export const reportHelp = `Shows what runs have found. A run is its folder (results/latest) or its results.json.

  npm run report -- show RUN                 one run
  npm run report -- diff A B                 what changed from A to B, an older release or an earlier night:
                                             each change explained by a rule that begins or ends between the two
                                             releases, or unexplained
  npm run report -- schema                   the JSON Schema of results.json
  npm run report -- rules                    the model's rules, as docs/rules.md has them

  --format FORMAT                            terminal, json, markdown or html; show also takes junit

Exit codes of diff
  0 nothing changed, or all of it is explained · 1 a change is unexplained · 2 the command line is wrong
  3 not all could be compared`;

/** What `npm run nightly -- --help` prints. */
export const nightlyHelp = `Runs the task against many releases of Istio and tells what changed since last night, and from release to release.

  npm run nightly -- local                   all of it, here: each release on a native cluster of its own, one after the
                                             other on two processors, more at once on more
    --releases VERSION[..VERSION][,…]        such as 1.20,1.24..1.31 (both ends included); all where it is left out
    --suite NAME[,NAME…]                     which suites; all where it is left out
    --out DIR                                where nights go (results/nights): each in a folder of its own, the newest
                                             also under latest, with night.html; it is compared with latest before it

A workflow of GitHub Actions does the same every night (.github/workflows/night.yml), a job for each release; each of
its steps can be tried by hand.

  npm run nightly -- plan                    the jobs, as the matrix of a workflow: {"include":[…]}
    --cluster ${nightlyClusters.join('|').padEnd(30)} which releases there are
    --releases VERSION[..VERSION][,…]        these alone
    --out FILE                               also to a file
  npm run nightly -- merge                   one file of what the jobs brought; one without results is missing
    --plan FILE --jobs DIR --out FILE        DIR has a folder job-<version> for each, with its results.json
    [--last FILE]                            what stands at --out is of the night before, and goes there first, unless
                                             it is tonight's own, from before the job was run again
  npm run nightly -- compare                 each release against last night and against the next older one
    --night FILE [--last FILE]               what merge wrote, tonight and last night
    [--out DIR]                              comparison.json, summary.md and night.html go here
    [--jobs DIR]                             as for merge: night.html links the reports that are there
  npm run nightly -- issue                   keeps one issue with the label nightly while something is wrong
    --night FILE --comparison FILE           needs GITHUB_REPOSITORY and GITHUB_TOKEN (issues: write)

Exit codes of local and compare; releases whose support has ended only inform
  0 all that is required passes, and what changed is explained
  1 something required fails, or differs between two passes and no rule says why · 2 the command line is wrong
  3 something required is missing or inconclusive · 130 interrupted (local)`;

/** What `npm run action -- --help` prints. */
export const actionHelp = `Runs npm test as a step of GitHub Actions: action.yml calls it, with its inputs as environment variables.

  INPUT_SUITE  INPUT_ISTIO_VERSION  INPUT_CLUSTER (${actionClusters.join(' or ')})  INPUT_KUBECONFIG  INPUT_CONTEXT

Exit codes as of npm test.`;
