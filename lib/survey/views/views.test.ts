import { readFileSync } from 'node:fs';
import { bazaar } from '../../test/live/bazaar-fixtures.ts';
import { generatedMesh } from '../../tools/bench/generated-mesh.ts';
import { app, clusterSnapshot, manifestMesh, namespace, networking, pairsOf, policy, security } from '../fixtures.ts';
import { meshFrom } from '../mesh/mesh.ts';
import { pairsIn, requireMutual } from '../select.ts';
import { strictnessOf } from '../strict.ts';
import { countsOf, groupResult, surveyOf } from '../survey.ts';
import { surveyJson, surveyJsonText, surveySchema } from './json.ts';
import { rowsOf } from './rows.ts';
import { surveyText } from './text.ts';

const survey = surveyOf(manifestMesh(bazaar));
const strictness = strictnessOf(survey);
const text = (options: Partial<Parameters<typeof surveyText>[1]> = {}) =>
  surveyText(survey, { explain: false, strictness, ...options });

test.each([[false], [true]])('no line is wider than 100 columns (with reasons: %s)', (explain) => {
  const lines = text({ explain, required: requireMutual(survey, []) }).split('\n');
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('the summary comes first, then the namespaces, then the pairs, the worst first', () => {
  const lines = text().split('\n');
  expect(lines.slice(0, 10)).toEqual([
    'mesh.yaml, Istio 1.31: 24 clients, 15 Service ports, 360 pairs',
    '  mutual TLS    112',
    '  plain text    100',
    '  broken         40',
    '  refused        41',
    '  mixed          15',
    '  nobody there   24',
    '  not judged     28',
    '  Broken: refused although the client has a sidecar that knows the Service. See automtls lint.',
    '  Of 24 pairs some requests may be refused: what is asked decides, such as the path.',
  ]);
  const heads = lines.filter((line) => /^(NAMESPACE|FROM)/.test(line)).map((line) => line.split(' ')[0]);
  expect(heads).toEqual(['NAMESPACE', 'FROM']);
  const results = rowsOf(survey, { byReason: false }).map(({ result }) => result);
  expect([...new Set(results)]).toEqual(['plain', 'mixed', 'broken', 'refused', 'unknown', 'none', 'mtls']);
});

test('each pair is in one row', () => {
  const rows = rowsOf(survey, { byReason: false });
  const pairs = rows.reduce((sum, { clients, servers }) => sum + clients.size * servers.size, 0);
  expect(pairs).toBe(survey.clients.length * survey.servers.length);
  expect(rows.length).toBeLessThan(30);
});

test('reasons come with the pair that they are of', () => {
  const explained = text({ explain: true, show: 'mixed' });
  expect(explained).toMatch(/such as edge\/gate → web\.shop:80:\n {6}No PeerAuthentication applies to shop\/web/);
  expect(explained).toContain('[auto-mtls.endpoint-without-sidecar]');
});

test('who the reasons speak of is named, also where the outsider comes to the same', () => {
  const own = surveyOf(
    manifestMesh([namespace('shop'), ...app('shop', 'web'), ...app('shop', 'old', { sidecar: false })]),
  );
  const { servers } = surveyJson.parse(JSON.parse(surveyJsonText(own, { strictness: [] })));
  const bare = servers
    .flatMap(({ answers }) => answers)
    .filter(({ reasons }) => reasons.some(({ rule }) => rule === 'client.no-sidecar'));
  expect(bare.length).toBe(2);
  for (const { example, reasons } of bare) {
    expect(reasons.find(({ rule }) => rule === 'client.no-sidecar')?.text).toContain(`${example} `);
  }
});

test('only what is asked for is shown', () => {
  expect(text({ show: 'none' })).toMatch(/everybody \(24\) +nobody\.shop:80 +nobody there: no pod serves it\n/);
  expect(text({ show: 'none' })).not.toContain('store.data:80  ');
  const all = surveyOf(manifestMesh([namespace('shop'), ...app('shop', 'web')]));
  expect(surveyText(all, { explain: false, strictness: [], show: 'unknown' })).toContain('No pair is not judged.');
});

test('tables of a large mesh end, and say what is left out', () => {
  const size = { namespaces: 120, services: 240, pods: 480, policies: 300 };
  const large = surveyOf(meshFrom(clusterSnapshot(generatedMesh(size))));
  const rows = rowsOf(large, { byReason: true }).length;
  expect(rows).toBeGreaterThan(150);
  const lines = surveyText(large, { explain: true, strictness: strictnessOf(large) }).split('\n');
  expect(lines[0]).toContain('240 Service ports');
  expect(lines).toContain(
    `… and ${rows - 100} more rows: narrow them down with --from, --to or --show; --print json has all`,
  );
  expect(lines).toContain("… and 20 more namespaces: --to '*.NAMESPACE' shows one; --print json has all");
});

test('of many pairs that are not mutual TLS the first are named, and all counted', () => {
  const required = requireMutual(survey, []);
  const count = pairsIn(required.violations);
  expect(count).toBeGreaterThan(100);
  const lines = text({ required }).split('\n');
  expect(lines).toContain(`Required: mutual TLS. ${count} pairs are not:`);
  expect(lines.filter((line) => line.includes('>')).length).toBe(50);
  expect(lines.at(-1)).toBe(`  and ${count - 50} more; --print json has all`);
});

test('what a mesh says of itself reaches no terminal as it is', () => {
  const evil = policy(security, 'PeerAuthentication', 'shop', 'x\u001b[2J\nmutual TLS 999', {
    mtls: { mode: 'STRICT' },
  });
  const some = surveyOf(manifestMesh([namespace('shop'), ...app('shop', 'web'), evil]));
  const shown = surveyText(some, { explain: true, strictness: strictnessOf(some) });
  expect(shown).toContain('shop/x␛[2J mutual TLS 999 covers');
  expect(shown).not.toContain('\u001b');
  expect(surveyJsonText(some, { strictness: [] })).not.toContain('\u001b');
});

test('what programs get is as its schema says, and the schema is published', () => {
  const required = requireMutual(survey, []);
  expect(required.violations.length).toBeGreaterThan(9);
  const json = JSON.parse(surveyJsonText(survey, { strictness, required }));
  expect(surveyJson.parse(json)).toEqual(json);
  expect(json.notMutual.length).toBe(required.violations.length);
  const published = JSON.parse(readFileSync(new URL('../../../schemas/check.v1.json', import.meta.url), 'utf8'));
  expect(surveySchema()).toEqual(published);
});

test('STRICT is a loss to clients outside of the mesh where a Service is made for them', () => {
  const open = surveyOf(
    manifestMesh([namespace('shop'), ...app('shop', 'web', { service: { type: 'NodePort' } }), ...app('shop', 'cart')]),
  );
  const shown = surveyText(open, { explain: false, strictness: strictnessOf(open) });
  expect(shown.replaceAll(/\s+/g, ' ')).toContain('no: outsider would be refused by web.shop:80 FROM');
});

test('a refusal at a client with a sidecar is broken, which one without is not', () => {
  const disable = policy(networking, 'DestinationRule', 'shop', 'cart', {
    host: 'cart',
    trafficPolicy: { tls: { mode: 'DISABLE' } },
  });
  const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
  const mesh = manifestMesh([namespace('shop'), ...app('shop', 'web'), ...app('shop', 'cart'), strict, disable]);
  expect(pairsOf(mesh)).toMatchObject({
    'shop/web > cart.shop:80': 'broken: 503',
    'outsider > cart.shop:80': 'refused: connection reset',
    'shop/cart > web.shop:80': 'mutual TLS',
  });
  const own = surveyOf(mesh);
  expect(countsOf(own)).toMatchObject({ broken: 2, refused: 2, mtls: 2 });
  const shown = surveyText(own, { explain: false, strictness: [], show: 'broken' });
  expect(shown).toContain('  broken      2\n');
  expect(shown).toContain(
    '  Broken: refused although the client has a sidecar that knows the Service. See automtls lint.\n',
  );
  expect(shown).toMatch(/^shop\/\* \(2\) +cart\.shop:80 +broken: 503$/m);
  expect(shown).not.toContain('connection reset');
});

test.each([
  ['bazaar', manifestMesh(bazaar)],
  [
    'a generated mesh',
    meshFrom(clusterSnapshot(generatedMesh({ namespaces: 6, services: 30, pods: 60, policies: 90 }))),
  ],
])('clients with a sidecar and those without are not refused as one group: %s', (_, mesh) => {
  const groups = surveyOf(mesh).servers.flatMap(({ answers }) => answers);
  const refused = groups.filter(({ answer }) => answer.result === 'refused');
  expect(new Set(refused.map(groupResult))).toEqual(new Set(['broken', 'refused']));
  for (const { clients } of refused) expect(new Set(clients.map(({ sidecar }) => sidecar)).size).toBe(1);
});

test('what a Sidecar hides from a client is not broken', () => {
  const strict = policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } });
  const hiding = policy(networking, 'Sidecar', 'batch', 'default', { egress: [{ hosts: ['./*'] }] });
  const objects = [namespace('shop'), ...app('shop', 'web'), namespace('batch'), ...app('batch', 'job'), strict];
  expect(pairsOf(manifestMesh(objects))['batch/job > web.shop:80']).toBe('mutual TLS');
  expect(pairsOf(manifestMesh([...objects, hiding]))['batch/job > web.shop:80']).toBe('refused: 503');
});

test('a refusal is told as the client sees it', () => {
  const objects = [
    namespace('shop'),
    ...app('shop', 'web'),
    ...app('shop', 'bare', { sidecar: false, service: { clusterIP: 'None' } }),
    policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
  ];
  expect(pairsOf(manifestMesh(objects))).toMatchObject({
    'outsider > web.shop:80': 'refused: connection reset',
    'outsider > bare.shop:80': 'refused: nobody listens',
  });
});
