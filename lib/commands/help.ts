import { clusterChoices, nightlyProviders, providers } from '../cluster/registry.ts';
import { limitHelp } from './limits.ts';

const actionClusters = providers.filter(({ action }) => action !== undefined).map(({ name }) => name);
const nightlyClusters = nightlyProviders.map(({ name }) => name);

/** Returns lines of help: an option, and what it does on one or more lines. */
function lines(option: string, ...about: string[]): string[] {
  return about.map((line, index) => `  ${(index === 0 ? option : '').padEnd(42)} ${line}`);
}

/** The options of `--cluster`, from the providers. */
const where = [
  ...lines(
    `--cluster ${clusterChoices.join('|')}`,
    'which cluster to use (default: auto):',
    `  auto: ${providers.flatMap(({ auto }) => auto?.when ?? []).join(', else ')}`,
  ),
  ...lines('--istio VERSION', 'which Istio to install:', ...providers.map(({ name, istio }) => `  ${name}: ${istio}`)),
  ...providers.flatMap(({ flags }) =>
    Object.entries(flags).flatMap(([name, { value, about }]) => lines(`--${name} ${value}`, about)),
  ),
].join('\n');

/** What `npm test -- --help` prints. */
export const testHelp = `Runs Istio's task "Automatic mutual TLS" on a real mesh and compares every answer with Istio's rules.

  npm test                                   the whole task
  npm test -- --suite strict,disable         these suites (setup's checks and cleanup always run)

Cluster
${where}
  --mesh-wide                                allow auto-off, which changes the whole mesh, on an existing cluster

Tests
  --suite NAME[,NAME…]                       the suites to run (default: those of the task); --list shows their names
  --cell CLIENT:SERVER[:PORT]                a single cell, as reports show it, such as sleep.legacy:httpbin.full or
                                             legacy/sleep>full/httpbin; without a port, all ports that a step has
  --sensitivity SHARE                        the share of wrong answers that a step must detect (default: 5%), with a
                                             1% probability of missing it; 1% takes five times as many requests
  --fail-fast                                end the run after the first step of which something fails; cleanup always
                                             runs, and what was not run is no pass
  --seed NUMBER                              send the same paths, methods, headers and sizes as the run whose results
                                             have this seed (default: a random one)

Limits
${limitHelp.flatMap(([option, about]) => lines(option, about)).join('\n')}

Output
  --json                                     print results.json instead of the report; also with --list and --explain
                                             (npm run --silent test -- … suppresses npm's own output)
  --timings                                  print how long each part of each step took
  --out DIR                                  the folder for results (default: results/): results.json, report.html,
                                             junit.xml and summary.md of each run, the newest under DIR/latest

Cleanup
  --keep                                     do not delete the namespaces at the end
  --sweep                                    run nothing; delete what dead and kept runs left behind

Without a cluster
  --list                                     the suites, their steps and pairs, and what they change
  --explain                                  what is expected of each pair, and why
  --repro                                    for one --cell: a shell script with kubectl that creates what the pair needs,
                                             asks it, and removes everything
    --step TITLE                             the step, if several steps of the suites have the cell

Exit codes
  0 everything passed · 1 the mesh does not conform · 2 the command line or the cluster is unsuitable
  3 inconclusive: the harness could not determine the answer · 130 interrupted`;

/** What `npm run cluster -- --help` prints. */
export const clusterHelp = `Keeps native clusters running between runs; npm test uses the one that is called dev while it is running.

  npm run cluster -- up [--istio VERSION]    build what is missing, start the cluster, install Istio (a minor from 1.10 on)
  npm run cluster -- down                    stop and remove the cluster
  npm run cluster -- status                  whether it is running, and with which Istio
  npm run cluster -- kubeconfig              print the path of its kubeconfig
  npm run cluster -- prune                   delete builds that no running cluster needs

  --name NAME                                another cluster than dev, beside it; runs use it with --native-name NAME`;

/** What `npm run bench -- --help` prints. */
export const benchHelp = `Compares automtls with bash and kubectl on one cluster: one matrix, and the whole task. Then runs the suite
reachability and Istio's own TestReachability, compiled from the release that the cluster runs, and shows how many cases
a second each asks. Last, shows what 6, 60 and 600 pairs take.

  npm run bench [-- --cluster … --kubeconfig FILE --context NAME --istio VERSION]    as for npm test

  --mesh-wide                                on an existing cluster, allow reachability, which changes the whole mesh

Istio's own test needs a native cluster that is started for this command: its images are built here, and it changes the
mesh's configuration. Everything else also runs on other clusters.`;

/** What `npm run fuzz -- --help` prints. */
export const fuzzHelp = `Applies random stacks of policies, rules and routes to a live mesh, sends requests between every pair of the topology
fuzz, and compares the answers with the model. If they disagree, the stack is reduced on the mesh to the fewest objects
that still do.

  npm run fuzz [-- --cluster … --kubeconfig FILE --context NAME --istio VERSION]    as for npm test

  --runs N                                   how many stacks to try (default: 50, or no limit with --minutes)
  --minutes N                                begin no new stack after this time
  --seed N                                   the sequence of stacks (default: a random one, which is printed)
  --path PATH                                only the place in the sequence where an earlier run found a disagreement
  --mesh-wide                                on an existing cluster, allow policies in the root namespace and switching
                                             auto mTLS off, which change the whole mesh

A disagreement is kept in manifests/found, and the suite found replays it from then on.

Exit codes
  0 mesh and model agree · 1 they disagree · 2 the command line or the cluster is unsuitable
  3 a cell was wrong once, but not when it was asked again; or no cell has a verdict · 130 interrupted`;

/** What `npm run prove -- --help` prints. */
export const proveHelp = `Breaks a mesh on purpose, in each way of a catalogue, and checks that the harness finds it. A saboteur is killed if
exactly those pairs turn that must, with the right verdict and for the right reason. Every break is mended, and then the
whole set-up of a run must pass again.

  npm run prove [-- --istio VERSION]         on a native cluster, as for npm test

  --only NAME[,NAME…]                        only these saboteurs
  --shard N/M                                only the Nth of M parts of them, for several clusters at the same time
  --list                                     the catalogue, without a cluster
  --json                                     print prove.json instead of the report
  --out DIR                                  the folder for proofs (default: results/proofs): prove.json and prove.html of
                                             each, the newest under DIR/latest

Exit codes
  0 every saboteur was killed · 1 one survived, or something turned that should not have
  2 the command line or the cluster is unsuitable · 3 not all could be tried · 130 interrupted`;

/** What `npm run transitions -- --help` prints. */
export const transitionsHelp = `Changes PeerAuthentications and DestinationRules while a client with a sidecar sends 200 requests a second to a server
with one, and shows how many requests were lost, when, and with what code: directly from one setting to another, and in
steps.

  npm run transitions [-- --cluster … --kubeconfig FILE --context NAME --istio VERSION]    as for npm test

  --only PATH[,PATH…]                        only these paths: settings joined by colons, such as none:strict or, with the
                                             mode of a DestinationRule, permissive+disable:permissive:strict
  --times N                                  how often to try each path (default: 2)
  --steps N                                  instead, apply N steps of the task, one after the other, and show how long each
                                             client takes until its answers are as each of them asks for
  --out DIR                                  the folder for results (default: results/transitions): transitions.json and
                                             transitions.html of each time, the newest under DIR/latest

Exit codes
  0 every path or step was measured, whatever it lost · 1 a setting did not do what the model says
  2 the command line or the cluster is unsuitable · 3 not everything could be measured · 130 interrupted`;

/** What `npm run report -- --help` prints. */
export const reportHelp = `Shows and compares results. RUN is a run's folder (results/latest) or its results.json.

  npm run report -- show RUN                 one run
  npm run report -- diff RUN RUN             what changed from the first to the second, such as from an older release
                                             or the night before. A change is explained if a rule begins or ends
                                             between the two releases, else unexplained
  npm run report -- coverage RUN…            which rules of the model each release was seen to follow, by its runs of the
                                             suites rules and rules-mesh-wide
  npm run report -- transitions DIR…         what npm run transitions measured on each release, as docs/transitions.md has it
  npm run report -- schema                   the JSON Schema of results.json
  npm run report -- crds FILE                schemas/istio.json, from the CRDs of an Istio release
  npm run report -- rules                    the model's rules, as docs/rules.md has them
  npm run report -- reasons                  every code of a reason, as docs/reasons.md has them

  --format FORMAT                            terminal (default), json, markdown or html; for show also junit

Exit codes of diff
  0 nothing changed, or every change is explained · 1 a change is unexplained · 2 the command line is wrong
  3 not everything could be compared`;

/** What `npm run nightly -- --help` prints. */
export const nightlyHelp = `Runs the task on many releases of Istio and shows what changed since last night and between releases.

  npm run nightly -- local                   everything on this machine: each release on a native cluster of its own,
                                             one at a time on two processors, more on more
    --releases VERSION[..VERSION][,…]        such as 1.20,1.24..1.31, including both ends (default: all)
    --suite NAME[,NAME…]                     the suites to run (default: those of the task)
    --out DIR                                the folder for nights (default: results/nights): each in a folder of its
                                             own, the newest under DIR/latest. It is compared with the one before

In GitHub Actions, .github/workflows/night.yml does the same with a job for each release. Each of its jobs is a command:

  npm run nightly -- plan                    print the jobs as a matrix: {"include":[…]}
    --cluster ${nightlyClusters.join('|').padEnd(30)} the clusters to use (default: kind), which decide the possible releases
    --releases VERSION[..VERSION][,…]        only these
    --out FILE                               also write it to a file, for report: plan.json in the folder of the night
  npm run nightly -- job                     run one of them, as npm test with its results in DIR/jobs/job-VERSION
    --night DIR --cluster ${nightlyClusters.join('|')} --istio VERSION
    [--image IMAGE] [--suite NAME[,NAME…]]   the node image that the matrix names, and the suites
  npm run nightly -- report                  merge the jobs' results (a job without results is missing), compare each
                                             release with last night and with the next older release, and write the
                                             night, its comparison and its page to DIR
    --night DIR                              the folder of the night, with plan.json and jobs
    [--remember DIR]                         compare with the night that is kept here, and keep this one
    In a scheduled workflow, it maintains one issue with the label nightly while there is a regression, which needs
    GITHUB_REPOSITORY and GITHUB_TOKEN (issues: write).

Exit codes of local and report; only supported releases count
  0 every required release passes, and every change is explained
  1 a required release fails, or two passes differ unexplained · 2 the command line is wrong
  3 a required release is missing or inconclusive · 130 interrupted (local)`;

/** What `npm run action -- --help` prints. */
export const actionHelp = `Runs npm test as a step of GitHub Actions. action.yml calls it, with its inputs as environment variables.

  INPUT_SUITE  INPUT_ISTIO_VERSION  INPUT_CLUSTER (${actionClusters.join(' or ')})  INPUT_KUBECONFIG  INPUT_CONTEXT

Exit codes are those of npm test.`;
