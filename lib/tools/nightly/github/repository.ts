import { request } from '@octokit/request';
import type { z } from 'zod';
import { formatSchemaError, messageOf, UsageError } from '../../../platform/errors.ts';

/** Timeout of a request to GitHub. It is not among the limits of a run, because GitHub is used only after all runs. */
const LIMIT_MS = 30_000;

/** A repository on GitHub, and what a step of GitHub Actions needs to use its API. */
export interface Repository {
  /** Such as `owner/name`. */
  name: string;
  owner: string;
  repo: string;
  token: string;
  /** The URL of the API. */
  api: string;
}

/**
 * Returns the repository that a step of GitHub Actions runs in.
 * @param env the step's environment variables
 * @throws UsageError if one is missing or invalid
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
  // Checked here, because the error for an invalid header would print the token.
  if (!/^[!-~]+$/.test(token)) {
    throw new UsageError(
      'GITHUB_TOKEN contains characters that are not valid in a token, such as a space or a line feed: set it to the token only.',
    );
  }
  if (!URL.canParse(api)) throw new UsageError(`GITHUB_API_URL is "${api}", which is not a URL: use https://HOST.`);
  return { name, owner, repo, token, api };
}

/** An answer of the API. */
interface ApiResponse<T> {
  data: T;
  /** The URL of a list's next page. */
  next?: string;
}

/**
 * Sends a request to the API of a repository.
 * @param route such as `GET /repos/{owner}/{repo}/issues`, or `GET` with the URL of a list's next page
 * @param schema the fields of the answer that are used
 * @throws UsageError that says what failed and what to do
 */
export async function ask<T>(
  { name, token, api, owner, repo }: Repository,
  route: string,
  parameters: Record<string, unknown>,
  schema: z.ZodType<T>,
): Promise<ApiResponse<T>> {
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

/** The fields of a failed request's error that are used. */
interface FailedRequest {
  status?: number;
  cause?: unknown;
  response?: { headers: Record<string, string | undefined> };
}

function refusal(name: string, route: string, error: unknown): string {
  const { status, cause, response } = error as FailedRequest;
  // If there was no answer, octokit reports the status 500 and a cause.
  const answered = cause === undefined ? `${status}: ` : '';
  const what = `The request ${route.replace('{owner}/{repo}', name)} to GitHub failed (${answered}${messageOf(error)})`;
  switch (isTooMuch(response) ? 429 : status) {
    case 401:
      return `${what}: set GITHUB_TOKEN to a valid token.`;
    case 403:
    case 404:
      return `${what}: give the job the permission "issues: write", and check GITHUB_REPOSITORY.`;
    case 410:
      return `${what}: enable issues in the settings of ${name}.`;
    default:
      return `${what}: try again later.`;
  }
}

/** Returns whether a rate limit was exceeded: GitHub may answer that with 403, like a missing permission. */
function isTooMuch(response: FailedRequest['response']): boolean {
  const { 'retry-after': wait, 'x-ratelimit-remaining': remaining } = response?.headers ?? {};
  return wait !== undefined || remaining === '0';
}
