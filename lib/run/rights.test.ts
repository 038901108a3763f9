import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Right, wordsOf } from '../kube/rights.ts';
import { rightsFor } from './rights.ts';

interface PolicyRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

const { rules } = parse(readFileSync(new URL('../../manifests/rights.yaml', import.meta.url), 'utf8')) as {
  rules: PolicyRule[];
};
const granted = rules.flatMap(({ apiGroups, resources, verbs }) =>
  apiGroups.flatMap((group) =>
    resources.flatMap((name) => {
      const [resource = '', subresource] = name.split('/');
      return verbs.map((verb): Right => ({ verb, group, resource, ...(subresource && { subresource }) }));
    }),
  ),
);

const everyGroup = new Map(
  ['security.istio.io', 'authentication.istio.io', 'networking.istio.io'].map((group) => [group, ['v1']]),
);

test('manifests/rights.yaml grants what a run asks for, and no more', () => {
  const asked = rightsFor({ served: everyGroup }, true).map(wordsOf);
  expect(granted.map(wordsOf).sort()).toEqual(asked.sort());
});

test('the mesh configuration is patched by mesh-wide suites alone', () => {
  const words = (meshWide: boolean) => rightsFor({ served: everyGroup }, meshWide).map(wordsOf);
  expect(words(true).filter((one) => !words(false).includes(one))).toEqual([
    'patch configmaps',
    'delete leases.coordination.k8s.io',
  ]);
});

test('an API that the cluster does not serve takes no rights', () => {
  const served = new Map([['security.istio.io', ['v1']]]);
  expect(rightsFor({ served }, false).map(({ group }) => group)).not.toContain('authentication.istio.io');
});
