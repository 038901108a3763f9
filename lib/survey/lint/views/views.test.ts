import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { bazaar } from '../../../test/live/bazaar-fixtures.ts';
import { app, manifestMesh, namespace, networking, policy, security } from '../../fixtures.ts';
import { checks } from '../checks.ts';
import { lintOf } from '../lint.ts';
import { lintGithubText } from './github.ts';
import { lintJson, lintJsonText, lintSchema } from './json.ts';
import { lintSarifText } from './sarif.ts';
import { lintText } from './text.ts';

const shop = [
  namespace('shop'),
  ...app('shop', 'web'),
  ...app('shop', 'cart'),
  policy(security, 'PeerAuthentication', 'shop', 'default', { mtls: { mode: 'STRICT' } }),
];

function plainRule(name: string, accept?: string) {
  const spec = { host: 'cart', trafficPolicy: { tls: { mode: 'DISABLE' } } };
  const made = policy(networking, 'DestinationRule', 'shop', name, spec);
  if (accept === undefined) return made;
  return { ...made, metadata: { ...made.metadata, annotations: { 'automtls.dev/accept': accept } } };
}

const lint = lintOf(manifestMesh([...bazaar, plainRule('cart')]));
const accepting = lintOf(manifestMesh([...shop, plainRule('cart', 'disable-against-strict,selector-matches-nothing')]));

test('no line is wider than 100 columns', () => {
  const lines = lintText(lint).split('\n');
  expect(lines.length).toBeGreaterThan(40);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
});

test('a finding has its object and place, why it is one, what to do, and the pairs', () => {
  expect(lintText(lintOf(manifestMesh([...shop, plainRule('cart')])))).toBe(
    [
      'mesh.yaml, Istio 1.31: 1 error',
      '',
      'error disable-against-strict: DestinationRule shop/cart, mesh.yaml:82',
      '  DestinationRule shop/cart sets DISABLE, but shop/cart takes mutual TLS alone.',
      '  Remedy: Leave `tls` out of the rule, so that auto mTLS chooses, or set ISTIO_MUTUAL.',
      '  2 pairs: shop/cart>cart.shop:80, shop/web>cart.shop:80',
      '',
      '- the mesh configuration is taken to be the default of 1.31: the manifests have no ConfigMap',
      '  istio-system/istio',
    ].join('\n'),
  );
});

test('what is accepted is one line, and an accepted code that does not occur is named', () => {
  const text = lintText(accepting);
  expect(text).toContain('Istio 1.31: nothing found\n\n- accepted by annotation: 1 finding, disable-against-strict\n');
  expect(text).toContain('- DestinationRule shop/cart accepts selector-matches-nothing, which does not occur on it\n');
});

test('what programs get is as its schema says, and the schema is published', () => {
  const json = JSON.parse(lintJsonText(lint));
  expect(lintJson.parse(json)).toEqual(json);
  expect(json.summary).toEqual({ error: 3, warning: 5, note: 2 });
  const [first] = JSON.parse(lintJsonText(lintOf(manifestMesh([...shop, plainRule('cart')])))).findings;
  expect(first.pairs).toEqual({
    count: 2,
    servers: [{ server: 'cart.shop:80', clients: ['shop/cart', 'shop/web'] }],
  });
  const published = JSON.parse(readFileSync(new URL('../../../../schemas/lint.v1.json', import.meta.url), 'utf8'));
  expect(lintSchema()).toEqual(published);
});

/** Validates SARIF by its own schema, as npm's @microsoft/jest-sarif 1.0.0-beta.0 has it. */
const isSarif = (() => {
  const file = new URL('../../../../schemas/sarif-2.1.0.json', import.meta.url);
  // It is of draft 4, of which it uses nothing that has another meaning today but these two.
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8'));
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  addFormats.default(ajv);
  return ajv.compile(schema);
})();

test.each([
  ['of manifests', lint],
  ['with what is accepted', accepting],
])('SARIF %s is as its schema says', (_, some) => {
  const log = JSON.parse(lintSarifText(some));
  isSarif(log);
  expect(isSarif.errors ?? []).toEqual([]);
  const [{ tool, results }] = log.runs;
  expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(checks.map(({ code }) => code));
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId);
  expect(results.length).toBe(some.findings.length + some.accepted.length);
});

test('SARIF that has a field which its schema does not know is none', () => {
  const log = JSON.parse(lintSarifText(lint));
  log.runs[0].results[0].locations[0].physicalLocation.line = 1;
  expect(isSarif(log)).toBe(false);
});

test('code scanning finds a finding at its file and line, and one that is accepted is suppressed', () => {
  const [result] = JSON.parse(lintSarifText(accepting)).runs[0].results;
  expect(result).toMatchObject({
    ruleId: 'disable-against-strict',
    level: 'error',
    locations: [{ physicalLocation: { artifactLocation: { uri: 'mesh.yaml' }, region: { startLine: 82 } } }],
    suppressions: [{ kind: 'inSource' }],
  });
});

test('GitHub annotates the line of the object, and a name cannot end the command or begin another', () => {
  const evil = plainRule('cart,line=1::x\n::error::%0Ay');
  const lines = lintGithubText(lintOf(manifestMesh([...shop, evil]))).split('\n');
  expect(lines.length).toBe(1);
  expect(lines[0]).toMatch(
    /^::error file=mesh\.yaml,line=82,title=disable-against-strict%3A DestinationRule shop\/cart%2Cline=1%3A%3Ax %3A%3Aerror%3A%3A%250Ay::DestinationRule shop\/cart,line=1::x ::error::%250Ay sets DISABLE, but .*%0ARemedy: .*%0A2 pairs: /,
  );
  const all = lintGithubText(lint).split('\n');
  expect(all.map((line) => /^::(\w+) file=mesh\.yaml,line=\d+,title=/.exec(line)?.[1])).toEqual(
    lint.findings.map(({ severity }) => (severity === 'note' ? 'notice' : severity)),
  );
});

test('what a mesh says of itself reaches no terminal as it is', () => {
  const evil = lintOf(manifestMesh([...shop, plainRule('x\u001b[2J\nerror')]));
  for (const text of [lintText(evil), lintJsonText(evil), lintSarifText(evil), lintGithubText(evil)]) {
    expect(text).toContain('x');
    expect(text).not.toContain('\u001b');
  }
  expect(lintText(evil)).toContain('DestinationRule shop/x␛[2J error, mesh.yaml:82');
});
