import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An issue, as the API returns it. */
export interface FakeIssue {
  number: number;
  title: string;
  body: string | null;
  state: 'open' | 'closed';
  state_reason?: string;
  labels: { name: string }[];
  html_url: string;
  pull_request?: object;
  comments: string[];
}

export interface FakeGitHub {
  /** Its URL, for GITHUB_API_URL. */
  api: string;
  issues: FakeIssue[];
  /** `METHOD path`, in order. */
  calls: string[];
  /** The permissions of the job's token; requests without permission are rejected like on GitHub. */
  permissions: { issues: boolean; labels: boolean };
  /** If set, the answer to every request. */
  refusal: { status: number; message: string; headers?: Record<string, string> } | undefined;
  close(): Promise<void>;
}

export const token = 'ghs_of-a-test';

/** Serves GitHub's API on loopback, for the issues of one repository: paginated lists, labels and comments. */
export async function fakeGitHub(name = 'owner/automtls'): Promise<FakeGitHub> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '', api);
    gitHub.calls.push(`${request.method} ${url.pathname}${url.search}`);
    const text = (await request.setEncoding('utf8').toArray()).join('');
    const { status, data, headers = {} } = answer(gitHub, name, request, url, text === '' ? {} : JSON.parse(text));
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(data));
  });
  server.unref();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gitHub: FakeGitHub = {
    api,
    issues: [],
    calls: [],
    permissions: { issues: true, labels: true },
    refusal: undefined,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return gitHub;
}

interface Answer {
  status: number;
  data: unknown;
  headers?: Record<string, string>;
}

interface Sent {
  title?: string;
  body?: string;
  labels?: string[];
  state?: 'open' | 'closed';
  state_reason?: string;
}

function answer(gitHub: FakeGitHub, name: string, request: IncomingMessage, url: URL, sent: Sent): Answer {
  const refuse = (status: number, message: string): Answer => ({ status, data: { message, status: String(status) } });
  if (gitHub.refusal !== undefined) {
    const { status, message, headers = {} } = gitHub.refusal;
    return { ...refuse(status, message), headers };
  }
  if (request.headers.authorization !== `Bearer ${token}`) return refuse(401, 'Bad credentials');
  const [, number, comments] = new RegExp(`^/repos/${name}/issues(?:/(\\d+)(/comments)?)?$`).exec(url.pathname) ?? [];
  if (!url.pathname.startsWith(`/repos/${name}/issues`)) return refuse(404, 'Not Found');
  if (!gitHub.permissions.issues && request.method !== 'GET')
    return refuse(403, 'Resource not accessible by integration');
  if ((sent.body?.length ?? 0) > 65_536) return refuse(422, 'body is too long (maximum is 65536 characters)');
  if (number === undefined) return request.method === 'GET' ? listed(gitHub, url) : opened(gitHub, name, sent);
  const issue = gitHub.issues.find((one) => one.number === Number(number));
  if (issue === undefined) return refuse(404, 'Not Found');
  if (comments !== undefined) {
    issue.comments.push(sent.body ?? '');
    return { status: 201, data: { id: issue.comments.length } };
  }
  if (request.method === 'PATCH') Object.assign(issue, sent);
  return { status: 200, data: issue };
}

function listed({ issues, api }: FakeGitHub, url: URL): Answer {
  const asked = (key: string, otherwise: string): string => url.searchParams.get(key) ?? otherwise;
  const size = Math.min(Number(asked('per_page', '30')), 100);
  const page = Number(asked('page', '1'));
  const label = url.searchParams.get('labels');
  const found = issues
    .filter(({ state }) => asked('state', 'open') === 'all' || state === asked('state', 'open'))
    .filter(({ labels }) => label === null || labels.some((one) => one.name === label))
    .sort((a, b) => (asked('direction', 'desc') === 'asc' ? a.number - b.number : b.number - a.number));
  const next = new URL(url.href.replace(url.origin, api));
  next.searchParams.set('page', String(page + 1));
  const more = found.length > page * size;
  const headers = more ? { link: `<${api}/?page=0>; rel="prev", <${next.href}>; rel="next"` } : {};
  return { status: 200, data: found.slice((page - 1) * size, page * size), headers };
}

function opened(gitHub: FakeGitHub, name: string, { title = '', body, labels = [] }: Sent): Answer {
  const number = 1 + Math.max(0, ...gitHub.issues.map((one) => one.number));
  const issue: FakeIssue = {
    number,
    title,
    body: body ?? null,
    state: 'open',
    comments: [],
    labels: gitHub.permissions.labels ? labels.map((one) => ({ name: one })) : [],
    html_url: `https://github.example/${name}/issues/${number}`,
  };
  gitHub.issues.push(issue);
  return { status: 201, data: issue };
}
