import { createHash } from 'node:crypto';
import { SourceTextModule } from 'node:vm';
import { hostile, tagsOf } from '../../../report/html/fixtures.ts';
import { bazaar } from '../../../test/live/bazaar-fixtures.ts';
import { generatedMesh } from '../../../tools/bench/generated-mesh.ts';
import { app, clusterSnapshot, manifestMesh, namespace, policy, security } from '../../fixtures.ts';
import { meshFrom } from '../../mesh/mesh.ts';
import { strictnessOf } from '../../strict.ts';
import { countsOf, pairResult, surveyOf } from '../../survey.ts';
import { answerWords } from '../words.ts';
import { axisOf } from './browser/axes.ts';
import { shownBy } from './browser/counts.ts';
import { everything, type Filter, filterIn, hashOf, matcherOf } from './browser/filter.ts';
import { answerOf } from './browser/mesh.ts';
import { pageData } from './data.ts';
import { sentenceOf } from './head.ts';
import { surveyPage } from './page.ts';
import type { PageData } from './page-data.ts';

const survey = surveyOf(manifestMesh(bazaar));
const page = surveyPage(survey, { strictness: strictnessOf(survey) });
const mixed = dataIn(page);

/** So many clients and servers that each side is by namespace. */
const byNamespace = pageData(
  surveyOf(meshFrom(clusterSnapshot(generatedMesh({ namespaces: 4, services: 60, pods: 120, policies: 30 })))),
  {},
);

function dataIn(text: string): PageData {
  const [, json = ''] = /<script type="application\/json" id="mesh">(.*?)<\/script>/s.exec(text) ?? [];
  return JSON.parse(json);
}

test('the policy lets in the style and the script of the page, known by their hashes, and no markup made of text', () => {
  const hashOfPart = (expression: RegExp) =>
    createHash('sha256')
      .update(expression.exec(page)?.[1] ?? '')
      .digest('base64');
  const style = hashOfPart(/<style>(.*?)<\/style>/s);
  const script = hashOfPart(/<script type="module">(.*?)<\/script>/s);
  const [, policyText = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  expect(policyText.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'; script-src 'sha256-${script}'; require-trusted-types-for 'script'; trusted-types 'none'`,
  );
});

test('the files of its script can be one, as no two have the same name at their top', () => {
  const [, script = ''] = /<script type="module">(.*?)<\/script>/s.exec(page) ?? [];
  expect(script).toContain('function drawMatrix');
  expect(new SourceTextModule(script).status).toBe('unlinked');
  expect(() => new SourceTextModule(`${script}\nfunction drawMatrix() {}`)).toThrow('already been declared');
});

test('it loads nothing and leads nowhere but into itself', () => {
  expect(tagsOf(page).join('\n')).not.toMatch(
    /<(?:link|img|iframe|object|form action|base)\b| on[a-z]+=| src=| style=/,
  );
  const links = [...page.matchAll(/ href="([^"]*)"/g)].map(([, href]) => href);
  expect(links.filter((href) => !href?.startsWith('#'))).toEqual([]);
});

test('each pair is in the data, with what it comes to', () => {
  const clients = new Map(mixed.clients.map((client) => [client.name, client]));
  const servers = new Map(mixed.servers.map((server) => [server.name, server]));
  const wrong = survey.servers.flatMap(({ server, answers }) =>
    answers.flatMap(({ answer, clients: own }) =>
      own.filter((client) => {
        const asClient = clients.get(client.outsider ? 'outsider' : `${client.namespace}/${client.account}`);
        const asServer = servers.get(
          `${server.service.metadata.name}.${server.service.metadata.namespace}:${server.port}`,
        );
        if (asClient === undefined || asServer === undefined) return true;
        const { answer: found } = answerOf(mixed, asClient, asServer);
        const isSame = mixed.results[found.result]?.id === pairResult(answer, client.sort);
        return !isSame || found.words !== answerWords(answer, server.protocol, client.sort);
      }),
    ),
  );
  expect(wrong).toEqual([]);
});

test('who the reasons are said of is who they speak of', () => {
  const own = pageData(
    surveyOf(manifestMesh([namespace('shop'), ...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })])),
    {},
  );
  const said = own.servers.flatMap(({ groups }) =>
    groups.flatMap(({ answer, example }) =>
      (own.answers[answer]?.reasons ?? [])
        .filter(({ rule }) => own.texts[rule] === 'client.no-sidecar')
        .map(({ text }) => ({ example, text: own.texts[text] })),
    ),
  );
  expect(said.length).toBe(2);
  for (const { example, text } of said) expect(text).toMatch(new RegExp(`^${example} has no sidecar`));
});

test.each<[string, Partial<Filter>]>([
  ['everything', {}],
  ['results', { results: ['plain', 'mixed'] }],
  ['from a namespace', { from: 'shop/*' }],
  ['from one, to another', { from: 'legacy/sleep', to: '*.pay' }],
  ['a search for clients and servers', { search: 'ledger' }],
  ['a search for clients alone', { search: 'sleep' }],
  ['a search in many namespaces', { search: 'service-1', results: ['plain', 'mtls'] }],
  ['a search within', { search: 'web', from: 'shop/*', results: ['mixed'] }],
  ['nothing', { search: 'no such name' }],
])('what is counted is what one by one comes to: %s', (_, wanted) => {
  const filter = { ...everything, ...wanted };
  const data = filter.search.startsWith('service') ? byNamespace : mixed;
  const isFrom = matcherOf(
    filter.from,
    data.clients.map(({ name }) => name),
  );
  const isTo = matcherOf(
    filter.to,
    data.servers.map(({ name }) => name),
  );
  const pairs = data.clients.flatMap((client) =>
    data.servers.map((server) => ({ client, server, result: answerOf(data, client, server).answer.result })),
  );
  const expected = pairs.filter(
    ({ client, server, result }) =>
      isFrom(client.name) &&
      isTo(server.name) &&
      [client.name, server.name].some((name) => name.includes(filter.search)) &&
      (filter.results.length === 0 || filter.results.includes(data.results[result]?.id ?? '')),
  );
  const shown = shownBy(data, filter);
  expect(new Set(shown.clients.map((at) => data.clients[at]))).toEqual(new Set(expected.map(({ client }) => client)));
  expect(new Set(shown.servers.map((at) => data.servers[at]))).toEqual(new Set(expected.map(({ server }) => server)));
  const rows = axisOf(data, 'clients', data.clients, shown.clients);
  const columns = axisOf(data, 'servers', data.servers, shown.servers);
  const counts = [...shown.count(rows, columns)];
  for (const [at] of data.results.entries()) {
    const sum = counts.filter((_count, place) => place % data.results.length === at).reduce((a, b) => a + b, 0);
    const real = expected.filter(({ result }) => result === at).length;
    expect([sum, shown.totals[at]]).toEqual([real, real]);
  }
});

test('a side with many names is by namespace, and one namespace alone is always by name', () => {
  const items = Array.from({ length: 90 }, (_, at) => ({
    name: `team-${at % 2}/${at}`,
    short: `${at}`,
    box: at % 2,
    sort: 0,
    sidecar: at % 2 === 0,
    about: '',
  }));
  const boxes = [0, 1].map((at) => ({ name: `team-${at}`, clients: `team-${at}/*`, servers: `*.team-${at}` }));
  const all = [...items.keys()];
  const wide = axisOf({ boxes }, 'clients', items, all);
  expect(wide.isDetailed).toBe(false);
  expect(wide.entries.map(({ label, pattern, note, members }) => [label, pattern, note, members.length])).toEqual([
    ['team-0', 'team-0/*', '', 45],
    ['team-1', 'team-1/*', 'no sidecar', 45],
  ]);
  const own = all.filter((at) => at % 2 === 0);
  expect(axisOf({ boxes }, 'clients', items, own)).toMatchObject({ isDetailed: true, entries: { length: 45 } });
});

test.each([
  ['shop/*', ['shop/web', 'shop/web2']],
  ['shop/web', ['shop/web']],
  ['cart.shop', ['cart.shop:80', 'cart.shop:8080']],
  ['*.shop', ['cart.shop:80', 'cart.shop:8080']],
  ['WEB', ['shop/web', 'shop/web2']],
  ['s.op', []],
])('%s means what it does on the command line, or else all that have it in their names', (pattern, expected) => {
  const names = ['shop/web', 'shop/web2', 'cart.shop:80', 'cart.shop:8080', 'outsider'];
  expect(names.filter(matcherOf(pattern, names))).toEqual(expected);
});

test('the page’s address keeps what is shown', () => {
  const filter = { search: 'a b', from: 'shop/*', to: '*.pay', results: ['plain', 'unknown'] };
  expect(filterIn(`#${hashOf(filter)}`, mixed)).toEqual(filter);
  expect(filterIn('#show=plain+%3Cscript%3E', mixed).results).toEqual(['plain']);
});

test('the page begins with what the mesh comes to', () => {
  expect(page).toContain(
    '<title>100 of 360 pairs are plain text, 15 are mixed, 40 are broken, 28 are not judged – automtls check',
  );
  const none = { mtls: 0, plain: 0, broken: 0, refused: 0, mixed: 0, none: 0, unknown: 0 };
  expect(sentenceOf({ ...none, mtls: 2, refused: 1 })).toBe('Every answer is mutual TLS, in each of 3 pairs');
  expect(sentenceOf({ ...none, mtls: 2, plain: 1 })).toBe('1 of 3 pairs is plain text');
  expect(sentenceOf({ ...none, mtls: 2, plain: 1, broken: 2 })).toBe('1 of 5 pairs is plain text, 2 are broken');
  expect(sentenceOf(none)).toBe('There is no Service port to ask');
});

test('who would lose what by STRICT is said of each namespace', () => {
  const box = /<li class="box" data-namespace="shop">.*?<\/button><\/li>/s.exec(page)?.[0] ?? '';
  expect(box).toContain('STRICT: 2 of 5 ports, PERMISSIVE, 1 workload without a sidecar');
  expect(box).toContain('STRICT would refuse 8 clients, at 3 ports');
  expect(box).toContain('all without a sidecar but outsider (6) <span class="to">→</span> web.shop:80, cart.shop:8080');
});

test('names from a mesh are data, never markup', () => {
  const meshOf = (text: string) =>
    surveyOf(
      manifestMesh([
        namespace(`${text}shop`),
        ...app(`${text}shop`, `${text}web`),
        ...app(`${text}shop`, `${text}old`, { sidecar: false }),
        policy(security, 'PeerAuthentication', `${text}shop`, `${text}x`, { mtls: { mode: 'STRICT' } }),
        policy('networking.istio.io/v1alpha3', 'EnvoyFilter', `${text}other`, `${text}y`, {}),
      ]),
    );
  const pageOf = (text: string) => {
    const some = meshOf(text);
    return surveyPage(some, { strictness: strictnessOf(some), from: text });
  };
  const spoilt = pageOf(hostile);
  expect(spoilt).toContain('&lt;script&gt;');
  expect(tagsOf(spoilt)).toEqual(tagsOf(pageOf('')));
  expect(dataIn(spoilt).servers[0]?.name).toContain("<script>document.title='owned'</script>");
  for (const control of ['\u0000', '\u001b', '\u202e', '\\u0000', '\\u001b']) expect(spoilt).not.toContain(control);
  expect(countsOf(meshOf(hostile))).toEqual(countsOf(meshOf('')));
});
