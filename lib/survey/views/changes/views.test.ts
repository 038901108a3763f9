import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import type { KubeObject } from '../../../model/types.ts';
import { type Plan, planOf } from '../../changes/plan.ts';
import { upgradeOf } from '../../changes/upgrade.ts';
import { app, namespace, networking, policy, security } from '../../fixtures.ts';
import { readManifests } from '../../read/files.ts';
import { requireMutual } from '../../select.ts';
import { planAnnotations } from './github.ts';
import { planJson, planJsonText, planSchema, upgradeJson, upgradeJsonText, upgradeSchema } from './json.ts';
import { planMarkdown, upgradeMarkdown } from './markdown.ts';
import { planText, upgradeText } from './text.ts';

const read = (objects: readonly KubeObject[], file: string) =>
  readManifests([{ file, text: objects.map((object) => stringify(object)).join('---\n') }]);
const shop = [
  namespace('shop'),
  ...app('shop', 'web'),
  ...app('shop', 'cart'),
  ...app('shop', 'old', { sidecar: false }),
];
const strict = (name = 'default') => policy(security, 'PeerAuthentication', 'shop', name, { mtls: { mode: 'STRICT' } });
const disable = policy(networking, 'DestinationRule', 'shop', 'web', {
  host: 'web',
  trafficPolicy: { tls: { mode: 'DISABLE' } },
});
const planned = (now: readonly KubeObject[], ...objects: KubeObject[]): Plan =>
  planOf(read(now, 'mesh.yaml'), { apply: read(objects, 'new/strict.yaml'), remove: [] }, '1.31');

test('text: a summary, the objects, what breaks and why, and a verdict at the end', () => {
  const shown = planText(planned(shop, strict()), { explain: false });
  expect(shown).toContain(
    '1 object changed, 4 of 12 pairs changed\n  break                  2\n  shut the outsider out  2\n',
  );
  expect(shown).toContain('  create PeerAuthentication shop/default (new/strict.yaml:1)');
  expect(shown).toMatch(/^shop\/old +web\.shop:80, cart\.shop:80 +plain text → refused: connection reset$/m);
  expect(shown).toContain('    since PeerAuthentication shop/default (new/strict.yaml:1)');
  expect(shown.endsWith('2 pairs would break.')).toBe(true);
  for (const line of shown.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test('text: the order, and what cannot be judged', () => {
  const now = [...shop, disable];
  const without = planOf(
    read(now, 'mesh.yaml'),
    { apply: read([strict()], 'new.yaml'), remove: [{ kind: 'DestinationRule', namespace: 'shop', name: 'web' }] },
    '1.31',
  );
  expect(planText(without, { explain: false })).toMatch(
    /so that nothing is refused in between.*\n {2}1\. delete DestinationRule shop\/web.*\n {2}2\. create PeerAuth/s,
  );
  const filter = policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', 'x', {
    workloadSelector: { labels: { app: 'cart' } },
  });
  const open = planText(planned([...shop, filter], policy(networking, 'Gateway', 'shop', 'g', {})), { explain: false });
  expect(open).toMatch(/No answer changes of what can be judged\. \d+ pairs cannot be judged, before or afterwards\.$/);
  expect(planText(planned(shop, filter), { explain: true })).toMatch(
    /\d+ pairs may break: afterwards they cannot be judged\.$/,
  );
});

test('text: nothing changes', () => {
  expect(planText(planned(shop, namespace('shop')), { explain: false })).toContain(
    'Nothing is changed: every object is there as it is.',
  );
});

test('reasons are those of the pair that is named, not of another that comes to the same', () => {
  const now = [...shop, namespace('legacy'), ...app('legacy', 'batch', { sidecar: false })];
  const shown = planText(planned(now, strict()), { explain: true });
  const shuts = shown.slice(shown.indexOf('Pairs that shut the outsider out'));
  expect(shuts).toContain('    such as outsider → web.shop:80:\n');
  expect(shuts).toContain('outsider/(pod) has no sidecar');
  expect(shuts).not.toMatch(/shop\/old|legacy\/batch/);
  const { changes } = planJson.parse(JSON.parse(planJsonText(planned(now, strict()))));
  expect(changes.map(({ example }) => example.client)).toEqual(['legacy/batch', 'outsider']);
  for (const { example, before, after } of changes) {
    const own = example.client === 'outsider' ? 'outsider/(pod)' : example.client;
    for (const { reasons } of [before, after]) {
      const [said] = reasons.filter(({ rule }) => rule === 'client.no-sidecar');
      expect(said?.text).toMatch(new RegExp(`^${own.replaceAll(/[()]/g, '\\$&')} `));
    }
  }
});

test('upgrade: a rule by which many rows change is said once, and the rows refer to it', () => {
  const upgraded = upgradeOf(read([...shop, strict(), disable], 'mesh.yaml'), { from: '1.20', to: '1.31' });
  const served =
    'Istio 1.20 does not serve PeerAuthentication of security.istio.io/v1: PeerAuthentication shop/default';
  const shown = upgradeText(upgraded, { explain: false });
  expect(shown.match(/^ {4}since \(1\)/gm)?.length).toBeGreaterThan(2);
  expect(shown).toMatch(/^ {2}\(1\) api\.before-v1 \(before 1\.22\): /m);
  const page = upgradeMarkdown(upgraded);
  for (const text of [shown.replaceAll(/\s+/g, ' '), page]) expect(text.split(served).length).toBe(2);
  expect(page).toMatch(/→ refused: connection reset \| \(1\).* \|$/m);
});

test('annotations: at the object that breaks, at most ten', () => {
  const plan = planned(shop, strict());
  expect(planAnnotations(plan)).toEqual([
    '::error file=new/strict.yaml,line=1,title=2 pairs would break%3A PeerAuthentication shop/default::shop/old to web.shop:80: plain text → refused: connection reset and shop/old to cart.shop:80: plain text → refused: connection reset',
  ]);
  const many = planned(
    shop,
    ...Array.from({ length: 13 }, (_, at) => namespace(`n${at}`)),
    ...Array.from({ length: 13 }, (_, at) =>
      policy('networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop', `f${at}`, {}),
    ),
  );
  expect(planAnnotations(many).length).toBeLessThanOrEqual(10);
});

test('what is required afterwards and is not so is in the summary, an annotation and the JSON', () => {
  const change = planned(shop, namespace('shop'));
  const plan = { ...change, required: requireMutual(change.after, []) };
  expect(planMarkdown(plan)).toMatch(
    /^## No answer changes\.\n\n.*\n\nRequired: mutual TLS\. 8 pairs are not afterwards:\n\n- outsider&#62;web\.shop:80: plain text\n/,
  );
  expect(planAnnotations(plan)).toEqual([
    expect.stringMatching(
      /^::error title=Required%3A mutual TLS\. 8 pairs are not afterwards::outsider>web\.shop:80 plain text, /,
    ),
  ]);
  const json = planJson.parse(JSON.parse(planJsonText(plan)));
  expect(json.notMutual).toContainEqual({ clients: ['outsider', 'shop/old'], server: 'web.shop:80', why: 'plain' });
  expect(planJson.parse(JSON.parse(planJsonText(change))).notMutual).toBeUndefined();
});

test('programs get what the schemas say, and the schemas are published', () => {
  const published = (name: string) =>
    JSON.parse(readFileSync(new URL(`../../../../schemas/${name}.v1.json`, import.meta.url), 'utf8'));
  const plan = JSON.parse(planJsonText(planned([...shop, disable], strict())));
  expect(planJson.parse(plan)).toEqual(plan);
  expect(plan).toMatchObject({ breaks: true, order: { found: 'order' } });
  const upgraded = upgradeOf(read(shop, 'mesh.yaml'), { from: '1.4', to: '1.31' });
  const upgrade = JSON.parse(upgradeJsonText(upgraded));
  expect(upgradeJson.parse(upgrade)).toEqual(upgrade);
  expect(planSchema()).toEqual(published('plan'));
  expect(upgradeSchema()).toEqual(published('upgrade'));
});

test('what a mesh says of itself reaches no terminal, page or annotation as it is', () => {
  const evil = strict('x\u001b[2J\n::error::<b>|');
  const plan = planned(shop, evil);
  const upgraded = upgradeOf(read([...shop, evil], 'mesh.yaml'), { from: '1.20', to: '1.31' });
  for (const shown of [planText(plan, { explain: true }), upgradeText(upgraded, { explain: true })]) {
    expect(shown).not.toContain('\u001b');
    expect(shown).not.toMatch(/^::error/m);
  }
  for (const shown of [planMarkdown(plan), upgradeMarkdown(upgraded)]) {
    expect(shown).not.toContain('\u001b');
    expect(shown).not.toContain('<b>');
  }
  expect(planAnnotations(plan).join('\n').split('\n')).toHaveLength(planAnnotations(plan).length);
  expect(planJsonText(plan)).not.toContain('\u001b');
});
