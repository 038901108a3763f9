import { request } from '@octokit/request';
import type { z } from 'zod';
import { formatSchemaError, messageOf, UsageError } from '../errors.ts';

/** What GitHub may take for an answer: it is asked after all runs, so this is no limit of one. */
const LIMIT_MS = 30_000;

/** A repository on GitHub, as a step of Actions with a token may use it. */
export interface Repository {
  /** Such as `owner/name`. */
  name: string;
  owner: string;
  repo: string;
  token: string;
  /** Where the API is. */
  api: string;
}

/**
 * Returns the repository that a step of GitHub Actions runs in.
 * @param env the step's environment variables
 * @throws UsageError where one is missing or makes no sense
 */
export function repositoryOf(env: NodeJS.ProcessEnv): Repository {
  const { GITHUB_REPOSITORY: name, GITHUB_API_URL } = env;
  const api = GITHUB_API_URL || 'https://api.github.com';
  const token = env['GITHUB_TOKEN']?.trim();
  if (!name || !token) {
    const missing = [...(name ? [] : ['GITHUB_REPOSITORY (owner/name)']), ...(token ? [] : ['GITHUB_TOKEN'])];
    throw new UsageError(`Maintaining the issue needs environment variables: set ${missing.join(' and ')}.`);
  }
  const [owner = '', repo = '', ...rest] = name.split('/');
  if (owner === '' || repo === '' || rest.length > 0) {
    throw new UsageError(`GITHUB_REPOSITORY is "${name}", which is not of the form owner/name.`);
  }
  // What refused it later, as a header, would say it aloud.
  if (!/^[!-~]+$/.test(token)) {
    throw new UsageError(
      'GITHUB_TOKEN contains characters that are not valid in a token, such as a space or a line feed: set it to the token only.',
    );
  }
  if (!URL.canParse(api)) throw new UsageError(`GITHUB_API_URL is "${api}", which is not a URL: use https://HOST.`);
  return { name, owner, repo, token, api };
}

/** What was asked of the API, and what it answered. */
interface Answer<T> {
  data: T;
  /** The address of the next page of a list. */
  next?: string;
}

/**
 * Asks the API of a repository.
 * @param route such as `GET /repos/{owner}/{repo}/issues`, or the address of a list's next page
 * @param schema of the answer, as far as it is looked at
 * @throws UsageError that says what was refused and what to do
 */
export async function ask<T>(
  { name, token, api, owner, repo }: Repository,
  route: string,
  parameters: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<Answer<T>> {
  const headers = { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' };
  const place = route.includes('{owner}') ? { owner, repo } : {};
  const answer = await request(route, {
    ...place,
    ...parameters,
    baseUrl: api,
    headers,
    request: { signal: AbortSignal.timeout(LIMIT_MS) },
  }).catch((error: unknown) => {
    throw new UsageError(refusal(name, route, error));
  });
  const parsed = schema.safeParse(answer.data);
  if (!parsed.success) {
    throw new UsageError(
      `${api} does not answer like GitHub's API (${formatSchemaError(parsed.error)}): set GITHUB_API_URL to its URL.`,
    );
  }
  const next = /<([^>]+)>;\s*rel="next"/.exec(answer.headers.link ?? '')?.[1];
  return { data: parsed.data, ...(next !== undefined && { next }) };
}

/** What is looked at of the error that a request ends with. */
interface Refused {
  status?: number;
  cause?: unknown;
  response?: { headers: Record<string, string | undefined> };
}

function refusal(name: string, route: string, error: unknown): string {
  const { status, cause, response } = error as Refused;
  // Without an answer it is told as 500 with a cause.
  const answered = cause === undefined ? `${status}: ` : '';
  const what = `GitHub did not do ${route.replace('{owner}/{repo}', name)} (${answered}${messageOf(error)})`;
  switch (isTooMuch(response) ? 429 : status) {
    case 401:
      return `${what}: GITHUB_TOKEN must be a token that it knows.`;
    case 403:
    case 404:
      return `${what}: give the job the permission "issues: write", and see that GITHUB_REPOSITORY is right.`;
    case 410:
      return `${what}: switch issues on in the settings of ${name}.`;
    default:
      return `${what}: run it again once GitHub answers.`;
  }
}

/** Who asks too much is refused as one who may not, too. */
function isTooMuch(response: Refused['response']): boolean {
  const { 'retry-after': wait, 'x-ratelimit-remaining': remaining } = response?.headers ?? {};
  return wait !== undefined || remaining === '0';
}
