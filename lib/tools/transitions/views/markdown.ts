import { inline } from '../../../report/index.ts';
import type { PathResult, Transitions } from '../types.ts';
import { adviceOf } from './advice.ts';
import { costOf, pathWords, remarksOf } from './words.ts';

/** What the page says before any measurement. */
const about = `What is lost *while* a policy changes? \`npm run transitions\` lets a client with a sidecar send 200 HTTP requests a second to a server with one, over connections that stay open, and changes the server's PeerAuthentication, the DestinationRule for its host, or both.

\`\`\`
npm run transitions -- --istio 1.31                            # every path, each twice; six minutes
npm run transitions -- --path none:strict,strict:none          # some paths
npm run report -- transitions DIR…                             # this page, of one or more releases
\`\`\`

- A *setting* is the mode of the namespace's PeerAuthentication (or no policy) and the TLS mode of a DestinationRule (or no rule). A *path* is a list of settings. Each is applied once the one before has settled: the client, and another without a sidecar, get the answers that the model expects, and every request that was sent until then has ended.
- *lost* is any answer but a complete 200, the least and the most in one attempt. \`503\` comes from a sidecar; \`curl N\` is curl's exit code: 56 for a connection that was reset, 28 for no answer in 2 s.
- *when* is from the first lost answer of all attempts to the last, in milliseconds since the API call of the change. Times are exact to some 10 ms.
- *longest* is the longest time in which every request was lost.
- In a setting that the model says refuses the client, requests are lost for as long as it lasts.
- A *race* is a change that the two sidecars learn of in either order, and in one of these the model says that the client is refused meanwhile: it sends plain text to a server that is STRICT already, or mutual TLS to one that is still DISABLE.
- What is lost is lost in the first second. The connections that a change makes obsolete are drained for 45 s (\`drainDuration\`) and then closed; in a change from DISABLE to STRICT that was watched for 52 s, on Istio 1.31-dev, none of 9,000 requests was lost in that time.
- Losing requests during a change is no failure: \`npm run transitions\` fails if a setting does not do what the model says after it. It is inconclusive if the load fell below 150 requests a second, stood still for half a second, or lost requests before the first change.`;

/**
 * Returns the page of transitions in Markdown: how to reach each aim, and a table for each release.
 * @param all of any releases
 */
export function transitionsMarkdown(all: Transitions[]): string {
  const newestFirst = all.toSorted((a, b) => b.istio.version.localeCompare(a.istio.version, 'en', { numeric: true }));
  const advice = adviceOf(newestFirst).map(
    ({ aim, ends, best, direct }) =>
      `- **To ${inline(aim)}** (${inline(ends)}): ${inline(best)}${direct === undefined ? '' : ` ${inline(direct)}`}`,
  );
  return [
    '# What a change of policy costs',
    about,
    ...(advice.length === 0 ? [] : ['## Without losing a request', advice.join('\n')]),
    ...newestFirst.flatMap((one) => [`## ${inline(`Istio ${one.istio.version}`)}`, whereOf(one), tableOf(one.paths)]),
  ].join('\n\n');
}

function whereOf({ cluster, startedAt }: Transitions): string {
  return `On ${inline(cluster.provider)}, Kubernetes ${inline(cluster.kubernetes)}, ${startedAt.slice(0, 10)}.`;
}

function tableOf(paths: PathResult[]): string {
  const heads = ['path', 'lost', 'of', 'when', 'longest', 'codes', ''];
  const rows = paths.map((path) => [pathWords(path), ...cellsOf(path), remarksOf(path).join('; ')].map(inline));
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cellsOf(path: PathResult): string[] {
  const cost = costOf(path);
  if (cost === undefined) return ['?', '', '', '', ''];
  const { lost, sent, window, longest, codes } = cost;
  return [lost, sent, window, longest, codes];
}
