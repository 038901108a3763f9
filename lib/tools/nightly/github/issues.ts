import { z } from 'zod';
import { UsageError } from '../../../platform/errors.ts';
import { ask, type Repository } from './repository.ts';

/** The maximum length of the body of an issue or comment, in characters. */
const LONGEST = 65_536;

const issueSchema = z.object({
  number: z.int(),
  html_url: z.string(),
  body: z.string().nullable(),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  /** Present if it is a pull request, which the API lists among the issues. */
  pull_request: z.unknown().optional(),
});

export interface Issue {
  number: number;
  url: string;
  body: string;
}

/** Returns all open issues with a label, oldest first, without pull requests. */
export async function openIssues(repository: Repository, label: string): Promise<Issue[]> {
  const schema = z.array(issueSchema);
  const found: z.infer<typeof schema> = [];
  let route: string | undefined = 'GET /repos/{owner}/{repo}/issues';
  let parameters: Record<string, unknown> = { labels: label, state: 'open', direction: 'asc', per_page: 100 };
  while (route !== undefined) {
    const page: { data: z.infer<typeof schema>; next?: string } = await ask(repository, route, parameters, schema);
    found.push(...page.data);
    route = page.next && `GET ${page.next}`;
    parameters = {};
  }
  return found.filter(({ pull_request }) => pull_request === undefined).map(issueOf);
}

/**
 * Opens an issue.
 * @throws UsageError also if GitHub opens it without its label, because the token may not set labels: without it, the
 * next run would not find the issue
 */
export async function openIssue(
  repository: Repository,
  { label, ...content }: { title: string; body: string; label: string },
): Promise<Issue> {
  const parameters = { ...content, body: bounded(content.body), labels: [label] };
  const { data } = await ask(repository, 'POST /repos/{owner}/{repo}/issues', parameters, issueSchema);
  if (!data.labels.some((one) => (typeof one === 'string' ? one : one.name) === label)) {
    throw new UsageError(
      `${data.html_url} was opened without the label ${label}: set it by hand, and give the job the permission "issues: write".`,
    );
  }
  return issueOf(data);
}

/** Changes the title, body or state of an issue. */
export async function changeIssue(
  repository: Repository,
  { number }: Issue,
  { body, ...changes }: { title?: string; body?: string; state?: 'closed'; state_reason?: 'completed' },
): Promise<void> {
  const parameters = { ...changes, ...(body !== undefined && { body: bounded(body) }), issue_number: number };
  await ask(repository, 'PATCH /repos/{owner}/{repo}/issues/{issue_number}', parameters, issueSchema);
}

/** Adds a comment to an issue. */
export async function commentOn(repository: Repository, { number }: Issue, body: string): Promise<void> {
  const parameters = { body: bounded(body), issue_number: number };
  await ask(
    repository,
    'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
    parameters,
    z.object({ id: z.number() }),
  );
}

/** Truncates a text to the length that GitHub accepts: after a whole line, with a note that it was truncated. */
export function bounded(text: string): string {
  if (text.length <= LONGEST) return text;
  const end = '\n\n… truncated, because GitHub limits the length.';
  const cut = text.slice(0, LONGEST - end.length);
  return `${cut.slice(0, cut.lastIndexOf('\n'))}${end}`;
}

function issueOf({ number, html_url, body }: z.infer<typeof issueSchema>): Issue {
  return { number, url: html_url, body: body ?? '' };
}
