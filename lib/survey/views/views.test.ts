import { readFileSync } from 'node:fs';
import { bazaar } from '../../test/live/bazaar-fixtures.ts';
import { app, manifestMesh, namespace, policy, security } from '../fixtures.ts';
import { notMutual } from '../select.ts';
import { strictnessOf } from '../strict.ts';
import { surveyOf } from '../survey.ts';
import { surveyJson, surveyJsonText, surveySchema } from './json.ts';
import { rowsOf } from './rows.ts';
import { surveyText } from './text.ts';

const survey = surveyOf(manifestMesh(bazaar));
const strictness = strictnessOf(survey);
const text = (options: Partial<Parameters<typeof surveyText>[1]> = {}) =>
  surveyText(survey, { explain: false, strictness, ...options });

test.each([[false], [true]])('no line is wider than 100 columns (with reasons: %s)', (explain) => {
  const lines = text({ explain, violations: notMutual(survey, []) }).split('\n');
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('the summary comes first, then the namespaces, then the pairs, the worst first', () => {
  const lines = text().split('\n');
  expect(lines.slice(0, 8)).toEqual([
    'mesh.yaml, Istio 1.31: 24 clients, 15 Service ports, 360 pairs',
    '  mutual TLS    112',
    '  plain text    100',
    '  refused        81',
    '  mixed          15',
    '  nobody there   24',
    '  not judged     28',
    '  Of 24 pairs an AuthorizationPolicy may refuse some requests: on which these depend is not read.',
  ]);
  const heads = lines.filter((line) => /^(NAMESPACE|FROM)/.test(line)).map((line) => line.split(' ')[0]);
  expect(heads).toEqual(['NAMESPACE', 'FROM']);
  const results = rowsOf(survey, { byReason: false }).map(({ result }) => result);
  expect([...new Set(results)]).toEqual(['plain', 'mixed', 'refused', 'unknown', 'none', 'mtls']);
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

test('only what is asked for is shown', () => {
  expect(text({ show: 'none' })).toMatch(/everybody \(24\) +nobody\.shop:80 +nobody there: no pod serves it\n/);
  expect(text({ show: 'none' })).not.toContain('store.data:80  ');
  const all = surveyOf(manifestMesh([namespace('shop'), ...app('shop', 'web')]));
  expect(surveyText(all, { explain: false, strictness: [], show: 'unknown' })).toContain('No pair is not judged.');
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
  const violations = notMutual(survey, []);
  const json = JSON.parse(surveyJsonText(survey, { strictness, violations }));
  expect(surveyJson.parse(json)).toEqual(json);
  expect(json.notMutual.length).toBe(violations.length);
  const published = JSON.parse(readFileSync(new URL('../../../schemas/check.v1.json', import.meta.url), 'utf8'));
  expect(surveySchema()).toEqual(published);
});
