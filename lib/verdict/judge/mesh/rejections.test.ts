import { objectsOf, reasonWords } from '../../reasons.ts';
import { recorded } from '../../record/fixtures.ts';
import type { Rejection } from '../../record/looked.ts';
import { rejectionReasons } from './rejections.ts';

const rejection = (
  pod: string,
  type = 'LDS',
  said = `ADS:${type}: ACK ERROR ${pod}.full-3 Internal:why`,
): Rejection => ({
  namespace: 'full',
  pod,
  type,
  said,
});

test('those of one kind are told together, with istiod’s words on the first and what to do', () => {
  const reasons = rejectionReasons(recorded([rejection('a'), rejection('b'), rejection('b', 'CDS')]));
  expect(reasons.map(objectsOf)).toEqual([['Pod full/a', 'Pod full/b'], ['Pod full/b']]);
  expect(reasons.map(reasonWords)).toEqual([
    'the sidecars of full/a and full/b reject the listeners that istiod sends, which logs "ADS:LDS: ACK ERROR a.full-3 Internal:why": look for the EnvoyFilter or the extension that asks for it, and whether the sidecar\'s Envoy is the one of this Istio',
    expect.stringContaining(
      'the sidecar of full/b rejects the clusters that istiod sends, which logs "ADS:CDS: ACK ERROR b.full-3',
    ),
  ]);
});

test('a type without a name is told as istiod has it', () => {
  const [words] = rejectionReasons(recorded([rejection('a', 'NDS', 'said')])).map(reasonWords);
  expect(words).toContain('rejects the NDS that istiod sends, which logs "said": ');
});
