import { sealed } from '../../../results/summary.ts';
import type { AskResult, CellResult, CheckResult, Results } from '../../../results/types.ts';
import type { Seen } from '../../../verdict/judgement.ts';
import type { VerdictReason } from '../../../verdict/reasons.ts';
import { compareNights } from '../compare.ts';
import { jobOf, nightWith, passing } from '../fixtures.ts';
import type { Comparison, JobOfNight, Night } from '../types.ts';
import type { RunLinks } from './releases.ts';

const checks = ['pods are READY 2/2 with a sidecar and 1/1 without, as in the task', 'the mesh is PERMISSIVE'];
const suites: [string, string[]][] = [
  ['permissive', ['nothing applied']],
  ['migration', ['both kinds of endpoint answer sleep.full']],
  ['strict', ['STRICT on httpbin.full', 'STRICT removed']],
  ['disable', ['DISABLE on httpbin.full', 'DISABLE removed']],
  ['destination-rule', ['DISABLE', 'DISABLE and a rule', 'STRICT and a rule', 'a rule DISABLE', 'both', 'all removed']],
  ['auto-off', ['off, PERMISSIVE', 'off, STRICT', 'off, STRICT and a rule ISTIO_MUTUAL', 'on again']],
  ['cleanup', ['namespaces are gone', 'the mesh configuration is as it was found']],
];

const gate = { rule: 'auto-mtls.endpoint-disabled', text: 'full/httpbin is DISABLE', source: 's', since: '1.12' };

/** Returns the results of a release. `change` gets `suite › step` and the step's first cell, and may change it. */
function broughtBy(istio: string, change: (place: string, cell: CellResult) => CellResult): Results {
  const results = passing(istio);
  const asked = results.suites[1]?.steps[0] as AskResult;
  const reasons: VerdictReason[] = [{ code: 'check-passed', said: '' }];
  const setup = checks.map(
    (title): CheckResult => ({ kind: 'check', title, ms: 1, verdict: 'pass', reasons, why: '' }),
  );
  const asking = suites.map(([name, titles]) => ({
    name,
    title: '',
    steps: titles.map((title): AskResult => {
      const [first, ...others] = asked.cells as [CellResult, ...CellResult[]];
      return { ...asked, title, cells: [change(`${name} › ${title}`, first), ...others] };
    }),
  }));
  const notes = [`Istio ${istio} is built from source.`, 'Envoy is upstream 1.40.0.'];
  const all = [{ name: 'setup', title: '', steps: setup }, ...asking];
  return sealed({ ...results, istio: { ...results.istio, notes }, suites: all });
}

const observation = (kind: 'plain' | 'unavailable'): Seen => ({
  observation: { kind },
  count: 9,
  counted: 9,
  firstMs: 1,
  lastMs: 9,
});

/** 1.12 has a change that a rule explains, 1.18 a failure, and 1.15 an inconclusive cell. */
function changeOf(minor: number): (place: string, cell: CellResult) => CellResult {
  return (place, cell) => {
    if (place === 'disable › DISABLE on httpbin.full') {
      const kind = minor < 12 ? 'unavailable' : 'plain';
      const outcome = { kind } as const;
      const expectation = { outcomes: [{ outcome, endpoints: [], share: 1 }], reasons: minor < 12 ? [] : [gate] };
      return { ...cell, expectation, seen: [observation(kind)] };
    }
    if (minor === 18 && place === 'strict › STRICT on httpbin.full') {
      return { ...cell, verdict: 'fail', why: 'the last answer was 503', seen: [observation('unavailable')] };
    }
    return minor === 15 && place === 'auto-off › on again' ? { ...cell, verdict: 'inconclusive', why: 'lost' } : cell;
  };
}

/** Returns a night of 22 releases and 24 steps, with changes, failures, inconclusive cells and a missing release. */
export function longNight(): { night: Night; comparison: Comparison; links: Map<string, RunLinks> } {
  const jobs = Array.from({ length: 22 }, (_, at): JobOfNight => {
    const minor = 31 - at;
    const job = jobOf(`1.${minor}`, { cluster: 'native', node: '' });
    if (minor === 11) return { ...job, missing: 'go: istio.io/gogo-genproto: reading its zip: 403 Forbidden' };
    return { ...job, results: broughtBy(`1.${minor}`, changeOf(minor)) };
  });
  const night = nightWith(...jobs);
  const links = jobs.map(({ istio, results }): [string, RunLinks] => {
    const log = `jobs/job-${istio}/log.txt`;
    return [istio, results === undefined ? { log } : { log, report: `jobs/job-${istio}/latest/report.html` }];
  });
  return { night, comparison: compareNights(night, night), links: new Map(links) };
}
