import { UsageError } from '../../../platform/errors.ts';
import { type FakeGitHub, fakeGitHub, token } from './fixtures.ts';
import { bounded, changeIssue, commentOn, openIssue, openIssues } from './issues.ts';
import { type Repository, repositoryOf } from './repository.ts';

let gitHub: FakeGitHub;
let repository: Repository;
beforeEach(async () => {
  gitHub = await fakeGitHub();
  repository = repositoryOf({ GITHUB_API_URL: gitHub.api, GITHUB_TOKEN: token, GITHUB_REPOSITORY: 'owner/automtls' });
});
afterEach(() => gitHub.close());

const open = (title: string, label = 'nightly') => openIssue(repository, { title, body: `of ${title}`, label });

test('an issue is opened, changed, commented on and closed', async () => {
  const issue = await open('a');
  expect(issue).toEqual({ number: 1, url: 'https://github.example/owner/automtls/issues/1', body: 'of a' });
  expect(await openIssues(repository, 'nightly')).toEqual([issue]);
  await changeIssue(repository, issue, { title: 'b', body: 'other' });
  await commentOn(repository, issue, 'news');
  expect(gitHub.issues[0]).toMatchObject({ title: 'b', body: 'other', state: 'open', comments: ['news'] });
  await changeIssue(repository, issue, { state: 'closed', state_reason: 'completed' });
  expect(gitHub.issues[0]).toMatchObject({ title: 'b', body: 'other', state: 'closed', state_reason: 'completed' });
  expect(await openIssues(repository, 'nightly')).toEqual([]);
});

test('all pages of a list are read, oldest issue first; other labels and pull requests are left out', async () => {
  for (let count = 0; count < 230; count++) await open(`issue ${count}`);
  await open('another', 'bug');
  gitHub.issues.push({ ...(gitHub.issues[0] as FakeGitHub['issues'][number]), number: 999, pull_request: {} });
  gitHub.calls.length = 0;
  const found = await openIssues(repository, 'nightly');
  expect(found.map(({ number }) => number)).toEqual(Array.from({ length: 230 }, (_, index) => index + 1));
  expect(gitHub.calls).toHaveLength(3);
});

describe('what GitHub refuses is told with what to do', () => {
  test.each([
    [401, 'Bad credentials', 'set GITHUB_TOKEN to a valid token.'],
    [403, 'Resource not accessible by integration', 'give the job the permission "issues: write"'],
    [404, 'Not Found', 'and check GITHUB_REPOSITORY.'],
    [410, 'Issues has been disabled in this repository.', 'enable issues in the settings of owner/automtls.'],
    [502, 'Bad Gateway', 'try again later.'],
  ])('%i', async (status, message, advice) => {
    gitHub.refusal = { status, message };
    const listing = openIssues(repository, 'nightly');
    await expect(listing).rejects.toThrow(UsageError);
    await expect(listing).rejects.toThrow(`GET /repos/owner/automtls/issues to GitHub failed (${status}: ${message})`);
    await expect(listing).rejects.toThrow(advice);
  });

  test.each([{ 'retry-after': '60' }, { 'x-ratelimit-remaining': '0' }])(
    'too many questions are no want of permission: %p',
    async (headers) => {
      gitHub.refusal = { status: 403, message: 'You have exceeded a rate limit.', headers };
      const listing = openIssues(repository, 'nightly');
      await expect(listing).rejects.toThrow('(403: You have exceeded a rate limit.): try again later.');
    },
  );

  test('a token that may only read', async () => {
    gitHub.permissions.issues = false;
    expect(await openIssues(repository, 'nightly')).toEqual([]);
    await expect(open('a')).rejects.toThrow('give the job the permission "issues: write"');
  });

  test('a token that may open issues and not label them, so that it would open another every night', async () => {
    gitHub.permissions.labels = false;
    await expect(open('a')).rejects.toThrow(
      'https://github.example/owner/automtls/issues/1 was opened without the label nightly: set it by hand',
    );
  });

  test('nobody who answers', async () => {
    await gitHub.close();
    const listing = openIssues(repository, 'nightly');
    await expect(listing).rejects.toThrow(UsageError);
    await expect(listing).rejects.toThrow(
      /GET \/repos\/owner\/automtls\/issues to GitHub failed \(connect ECONNREFUSED/,
    );
    gitHub = await fakeGitHub();
  });

  test('an answer that is not of the API', async () => {
    gitHub.issues.push({ html_url: 'nothing else' } as never);
    gitHub.issues[0] = { ...gitHub.issues[0], state: 'open', labels: [{ name: 'nightly' }] } as never;
    await expect(openIssues(repository, 'nightly')).rejects.toThrow(
      `${gitHub.api} does not answer like GitHub's API (0.number: `,
    );
  });
});

test.each([
  [{}, 'set GITHUB_REPOSITORY (owner/name) and GITHUB_TOKEN.'],
  [{ GITHUB_TOKEN: token }, 'set GITHUB_REPOSITORY (owner/name).'],
  [{ GITHUB_REPOSITORY: 'owner/automtls', GITHUB_TOKEN: '' }, 'set GITHUB_TOKEN.'],
  [{ GITHUB_REPOSITORY: 'automtls', GITHUB_TOKEN: token }, '"automtls", which is not of the form owner/name'],
  [{ GITHUB_REPOSITORY: 'a/b/c', GITHUB_TOKEN: token }, '"a/b/c", which is not of the form owner/name'],
])('with the environment variables %p there is no repository', (env, sentence) => {
  expect(() => repositoryOf(env)).toThrow(UsageError);
  expect(() => repositoryOf(env)).toThrow(sentence);
});

test.each([
  [{ GITHUB_TOKEN: 'a-secret\nof two lines' }, 'GITHUB_TOKEN contains characters that are not valid in a token'],
  [{ GITHUB_TOKEN: 'a-secret…' }, 'GITHUB_TOKEN contains characters that are not valid in a token'],
  [{ GITHUB_API_URL: 'api.github.com' }, 'GITHUB_API_URL is "api.github.com", which is not a URL'],
])('%p is refused, and no secret is told', (env, sentence) => {
  const repository = () => repositoryOf({ GITHUB_REPOSITORY: 'owner/automtls', GITHUB_TOKEN: token, ...env });
  expect(repository).toThrow(UsageError);
  expect(repository).toThrow(sentence);
  expect(repository).not.toThrow('a-secret');
});

test('a token may end with a line feed, as a file that holds one does', () => {
  const env = { GITHUB_REPOSITORY: 'owner/automtls', GITHUB_TOKEN: `${token}\n` };
  expect(repositoryOf(env).token).toBe(token);
});

test('GitHub itself is meant where no other address is named', () => {
  const env = { GITHUB_REPOSITORY: 'owner/automtls', GITHUB_TOKEN: token };
  expect(repositoryOf(env).api).toBe('https://api.github.com');
  expect(repositoryOf({ ...env, GITHUB_API_URL: 'http://ghes/api/v3' }).api).toBe('http://ghes/api/v3');
});

test('a text that GitHub has no room for ends with a whole line, and says so', async () => {
  const line = `${'x'.repeat(99)}\n`;
  const exact = line.repeat(655).padEnd(65_536, 'y');
  expect(bounded(exact)).toBe(exact);
  const cut = bounded(`${exact}y`);
  expect(cut.length).toBeLessThanOrEqual(65_536);
  expect(cut.length).toBeGreaterThan(65_300);
  expect(cut.endsWith(`\n${'x'.repeat(99)}\n\n… truncated, because GitHub limits the length.`)).toBe(true);
  const issue = await openIssue(repository, { title: 'long', body: line.repeat(2_000), label: 'nightly' });
  await commentOn(repository, issue, line.repeat(2_000));
  await changeIssue(repository, issue, { body: line.repeat(3_000) });
  expect(gitHub.issues[0]?.comments).toHaveLength(1);
});
