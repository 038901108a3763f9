import { answer, cell, identity } from '../probe/fixtures.ts';
import type { Judgement, Seen } from '../verdict/judgement.ts';
import { expectedOf, notObserved } from '../verdict/observation.ts';
import type { VerdictReason } from '../verdict/reasons.ts';
import { sealed } from './summary.ts';
import type { AskResult, CellResult, Results, UnsealedResults } from './types.ts';

const namespaces = { full: 'full-ab12c3', partial: 'partial-ab12c3', legacy: 'legacy-ab12c3' };

const limits = { arrivalMs: 20_000, graceAnswers: 21 };
const sensitivity = { share: 0.05, chance: 0.01 };

export const mine = identity.replace('/full/', '/full-ab12c3/');

function cellResult(
  client: keyof typeof namespaces,
  server: keyof typeof namespaces,
  wanted: Parameters<typeof cell>[1],
  changes: Partial<CellResult> = {},
): CellResult {
  const { expectation } = cell(`${client}→${server}`, wanted);
  const outcomes = expectation.outcomes.map(({ outcome, ...one }) => ({
    ...one,
    outcome: outcome.kind === 'mtls' ? { ...outcome, identity: mine } : outcome,
  }));
  const reasons = [{ rule: 'a', text: `PeerAuthentication ${namespaces.full}/httpbin sets STRICT`, source: 'b' }];
  const judgement: Judgement = {
    verdict: 'pass',
    reasons: [{ code: 'as-expected', answers: 21, expected: expectedOf(outcomes) }],
    requests: 21,
    seen: [],
    timeline: [],
    counted: 21,
    wrong: 0,
    missChance: 0,
    flaps: 0,
  };
  return {
    client: `sleep.${client}`,
    server: `httpbin.${server}`,
    port: 8000,
    protocol: 'http',
    expectation: { outcomes, reasons },
    changes: false,
    ...judgement,
    why: '',
    repro: [
      `kubectl apply -f - <<'EOF'\nmetadata:\n  namespace: ${namespaces.full}\nEOF`,
      `kubectl exec -n ${namespaces[client]} deploy/sleep -- curl http://httpbin.${namespaces[server]}:8000/headers`,
    ],
    ...changes,
  };
}

const plain: Seen = {
  observation: { kind: 'plain' },
  count: 30,
  counted: 30,
  firstMs: 12,
  lastMs: 19_990.4,
  evidence: answer('p'),
};
const unseen: Seen = {
  observation: notObserved({ code: 'client-lost', error: 'the shell was lost' }),
  count: 4,
  counted: 0,
  firstMs: 0,
  lastMs: 20_000,
};

const ready = `${namespaces.full}/sleep 2/2`;

/** Returns a run with passes, failures, an inconclusive cell and a skipped suite. */
export function resultsOf(): Results {
  return sealed({
    schema: 'automtls.dev/results/v3',
    automtls: { version: '0.1.0' },
    run: { id: 'ab12c3', startedAt: '2026-01-02T03:04:05.678Z', namespaces, sensitivity, limits, interrupted: false },
    cluster: { provider: 'current', name: 'mine', kubernetes: 'v1.36.1' },
    istio: { version: '1.31.0', release: '1.31', policyApi: 'security.istio.io', notes: ['a snapshot, not a release'] },
    phases: [
      { name: 'set-up', ms: 5_420 },
      { name: 'total', ms: 65_000 },
    ],
    runErrors: [],
    suites: [
      {
        name: 'setup',
        title: 'Before you begin',
        steps: [
          {
            kind: 'check',
            ms: 12,
            title: 'pods are READY',
            verdict: 'pass',
            reasons: [{ code: 'check-passed', said: ready }],
            why: ready,
          },
          {
            kind: 'check',
            ms: 12,
            title: 'the mesh is PERMISSIVE',
            verdict: 'fail',
            reasons: [{ code: 'told-failure', said: `${namespaces.full} is STRICT` }],
            why: `${namespaces.full} is STRICT`,
          },
        ],
      },
      {
        name: 'strict',
        title: 'Lock down mutual TLS to STRICT',
        steps: [
          {
            kind: 'ask',
            ms: 1_400,
            title: 'STRICT on httpbin.full',
            objects: ['PeerAuthentication full/httpbin'],
            autoMtls: true,
            cells: [
              cellResult('full', 'full', 'm'),
              cellResult('full', 'partial', ['m', 'p'], { counted: 42, missChance: 4.5e-13 }),
              cellResult('full', 'legacy', 'p', {
                verdict: 'inconclusive',
                why: 'nothing could be observed within 20 s: the shell was lost',
                reasons: [
                  {
                    code: 'nothing-seen',
                    limitMs: 20_000,
                    because: { code: 'client-lost', error: 'the shell was lost' },
                  },
                ],
                requests: 4,
                seen: [unseen],
                counted: 0,
              }),
              cellResult('legacy', 'full', '56', {
                verdict: 'fail',
                why: 'expected 000 with curl exit 56; the last answer within 20 s was 200 in plain text',
                reasons: [
                  {
                    code: 'never-arrived',
                    expected: [{ outcome: { kind: 'reset', curlExits: [56] } }],
                    limitMs: 20_000,
                    last: { kind: 'plain' },
                  },
                ],

                changes: true,
                requests: 34,
                seen: [plain, unseen],
                counted: 30,
                wrong: 30,
                lastWrongMs: 19_990,
              }),
              cellResult('legacy', 'partial', 'p'),
              cellResult('legacy', 'legacy', 'p'),
            ],
            propagation: { firstRightMs: 160, lastWrongMs: 1_179, flaps: 1 },
          },
        ],
      },
      { name: 'auto-off', title: 'Switched off', skipped: 'it changes the mesh for everybody', steps: [] },
    ],
  });
}

/** Returns the run with these changes and a matching summary. */
export function changed(changes: Partial<UnsealedResults>): Results {
  return sealed({ ...resultsOf(), ...changes });
}

/** Returns the step of the run that sends requests. */
export function askOf({ suites }: Results): AskResult {
  return suites[1]?.steps[0] as AskResult;
}

/** Returns the cell of the run that fails. */
export function failedCell(): CellResult {
  return askOf(resultsOf()).cells[3] as CellResult;
}

/** Returns the failed cell with so many 503s of a server's sidecar among right answers, as a flaky filter makes them. */
export function wrongCell(wrong: number, all: number): CellResult {
  const cell = failedCell();
  const at = 1_767_323_046_000;
  const fault = answer(503, { at, body: 'fault filter abort' });
  const right: Seen = {
    observation: { kind: 'refused', curlExit: 56 },
    count: all - wrong,
    counted: all - wrong,
    firstMs: 200,
    lastMs: 900,
    evidence: answer(56, { at: at + 700 }),
  };
  const unavailable: Seen = {
    observation: { kind: 'unavailable' },
    count: wrong,
    counted: wrong,
    firstMs: 210,
    lastMs: 890,
    evidence: fault,
    by: ['server-sidecar'],
  };
  const why = `expected 000 with curl exit 56; ${wrong} of ${all} answers after the step had arrived were 503`;
  return { ...cell, why, seen: [right, unavailable], requests: all, counted: all, wrong };
}

/** Returns a run with one suite and one step, which has copies of the failed cell with different clients. */
export function failedTimes(count: number, changes: Partial<CellResult> = {}): Results {
  const cells = Array.from({ length: count }, (_, index) => ({
    ...failedCell(),
    client: `sleep.${index}`,
    ...changes,
  }));
  return changed({ suites: [{ name: 'strict', title: 'Locked', steps: [{ ...askOf(resultsOf()), cells }] }] });
}

/** The paths of what belongs to a failed cell. */
export const besides = { script: 'repro/strict--a.sh', diagnosis: 'diagnosis/strict--a' };

/** Returns data with another field in every object but maps and reasons, whose facts are kept whatever they are. */
export function withAnotherField(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withAnotherField);
  if (typeof value !== 'object' || value === null || 'code' in value) return value;
  const fields = Object.entries(value).map(([key, one]) => [
    key,
    ['namespaces', 'limits', 'inconclusiveBy'].includes(key) ? one : withAnotherField(one),
  ]);
  return { ...Object.fromEntries(fields), another: 'field' };
}

/** Returns a likely cause: an object that was there when the run began. */
export function acts(object: string): Extract<VerdictReason, { code: 'acts' }> {
  return { code: 'acts', object, does: 'acts on all', can: 'it can change anything that a sidecar does' };
}
