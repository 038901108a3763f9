import { RUN_LABEL } from '../../../kube/ownership.ts';
import type { KubeObject } from '../../../model/types.ts';
import { id } from '../../../run/fixtures.ts';
import { reasonWords } from '../../reasons.ts';
import { recordedObjects } from '../../record/fixtures.ts';
import { foreignAmong, foreignChanges } from './foreign.ts';

const rule = (name: string, uid: string | undefined, generation = 1): KubeObject => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'DestinationRule',
  metadata: { namespace: 'default', name, generation, ...(uid !== undefined && { uid }) },
});
const texts = (before: KubeObject[], now: KubeObject[]) =>
  foreignChanges(recordedObjects(before), recordedObjects(now)).map(({ object, deed, by }) =>
    reasonWords({ code: 'policy-by-others', deeds: [{ object, deed, by }] }),
  );

test('what is as it was is no change, whatever its order', () => {
  expect(texts([rule('x', '1'), rule('y', '2')], [rule('y', '2'), rule('x', '1')])).toEqual([]);
});

test.each<[string, KubeObject[], KubeObject[]]>([
  ['made', [], [rule('x', '1')]],
  ['deleted', [rule('x', '1')], []],
  ['changed', [rule('x', '1')], [rule('x', '1', 2)]],
  ['deleted and made anew', [rule('x', '1')], [rule('x', '2')]],
])('what was %s is told', (deed, before, now) => {
  expect(texts([rule('y', '9'), ...before], [...now, rule('y', '9')])).toEqual([
    `DestinationRule default/x was ${deed} by somebody else during the run`,
  ]);
});

describe('the run’s own', () => {
  test('are known by uid: the label of the run can be put on by anybody', () => {
    const labelled = rule('x', '1');
    labelled.metadata.labels = { [RUN_LABEL]: id };
    expect(foreignAmong([labelled, rule('own', '2')], [rule('own', '2')])).toEqual([labelled]);
    expect(foreignAmong([rule('own', '3')], [rule('own', '2')])).toHaveLength(1);
  });

  test('are known by name where their uid never came', () => {
    expect(foreignAmong([rule('own', '2'), rule('x', '1')], [rule('own', undefined)])).toEqual([rule('x', '1')]);
  });
});
