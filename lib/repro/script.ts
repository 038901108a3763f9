import { VERSION } from '../machine.ts';
import { formatRelease } from '../model/release.ts';
import { expectedWords } from '../verdict/observation.ts';
import { judgingProgram, readingProgram, sampleOf, tlsWords } from './answers.ts';
import { labelled, manifest, quotedWithId, REPRO_LABEL } from './manifest.ts';
import { ID, NTH, type Reproduction } from './reproduction.ts';
import { consent, creation, removal } from './step-objects.ts';

/** What a script is about, for its first lines. */
export interface Subject {
  suite: string;
  step: string;
  /** Such as `sleep.legacy → httpbin.full`. */
  pair: string;
  /** What a run observed there, if it is of a run. */
  observed?: string;
}

/** How long pods may take to be ready, and a change to arrive, by default as in a run. In seconds. */
const [READY, ARRIVAL] = [180, 20];
/** Answers of one kubectl exec until the change has arrived: enough to use up a sidecar's idle connections. */
const BATCH = 21;

/**
 * Returns a POSIX shell script with the fewest kubectl commands from nothing to the answer of one pair in one step, and
 * back. It exits with 0 if the answers are as expected, with 1 if not, and with 2 if it could not ask.
 */
export function scriptOf(subject: Subject, reproduction: Reproduction): string {
  const { workloads, url, counted } = reproduction;
  const made = workloads.map((one) => (['Namespace', 'Deployment'].includes(one.kind) ? labelled(one) : one));
  const ask = counted.length > 0 ? 'ask_and_count' : 'ask';
  const sample = sampleOf(reproduction);
  return `#!/bin/sh
${headOf(subject, reproduction)}
${consent(reproduction)}
id=repro-$(date +%s)-$$
url=${quotedWithId(url)}
# Only what the script creates has this label, and only what has it is removed.
label=${REPRO_LABEL}=$id
trap '${removal(reproduction)}' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

kubectl "$@" create -f - >&2 <<EOF || exit 2
${manifest(made)}EOF
kubectl "$@" wait deployment --all-namespaces -l "$label" --for=condition=Available --timeout=${READY}s >&2 || exit 2
${creation(reproduction)}
${functionsOf(reproduction)}
# A change takes a moment to arrive.
end=$(($(date +%s) + ${ARRIVAL}))
until answers=$(${ask} ${BATCH} "$@") && as_expected || [ "$(date +%s)" -ge "$end" ]; do :; done
# Only these count.
answers=$(${ask} ${sample} "$@") || { echo 'Not all of ${sample} requests could be made.' >&2; exit 2; }
printf 'expected: %s\\nobserved: %s\\n' ${quotedWithId(expectedWords(reproduction.expectation.outcomes))} "$answers"
as_expected || { echo 'not as expected'; exit 1; }
echo 'as expected'
`;
}

function headOf({ suite, step, pair, observed }: Subject, { mesh, expectation }: Reproduction): string {
  const lines = [
    pair,
    `in the step "${step}" of the suite ${suite} of automtls ${VERSION}, by the rules of Istio ${formatRelease(mesh.release)}`,
    '',
    `expected: ${expectedWords(expectation.outcomes)}`,
    ...expectation.reasons.map(({ text, rule }) => `  because ${text} [${rule}]`),
    ...(observed === undefined ? [] : [`observed: ${observed}`]),
    '',
    'To run it: sh FILE [options of kubectl, such as --context NAME]',
    'It makes namespaces of its own, and removes them at the end, also after ^C.',
    'Exit code: 0 as expected, 1 not as expected, 2 it could not be asked.',
  ];
  return lines.map((line) => `# ${commented(line)}`.trimEnd()).join('\n');
}

/** The most characters of a line of a comment. */
const LINE = 500;

/** Returns a text for one line of a comment, with the topology's namespaces. Some of it comes from servers. */
function commented(text: string): string {
  const line = text.replaceAll(`-${ID}`, '').replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.slice(0, LINE).toWellFormed();
}

function functionsOf(reproduction: Reproduction): string {
  const { client, curl, counted } = reproduction;
  const piped = curl.input === undefined ? '' : `${curl.input} | `;
  return `# Asks so many times, each over a connection of its own, and prints how often each answer came.
ask() {
  times=$1
  shift
  kubectl "$@" exec -i -n ${quotedWithId(client.namespace)} deploy/${client.name} -c ${client.container} -- sh -s "$times" "$url" <<'EOF' |
${NTH}=0
while [ $((${NTH} += 1)) -le "$1" ]; do
  ${piped}${curl.command}
done
EOF
    awk -v times="$times" '${readingProgram(reproduction)}'
}
${counted.length > 0 ? counting(counted) : ''}
as_expected() {
  printf '%s\\n' "$answers" | awk -v id="$id" '${judgingProgram(reproduction)}'
}
`;
}

function counting(counted: Reproduction['counted']): string {
  const reads = counted.map(
    ({ namespace, name }) =>
      `kubectl "$@" exec -n ${quotedWithId(namespace)} deploy/${name} -c istio-proxy -- pilot-agent request GET 'stats?filter=15006.ssl.handshake'`,
  );
  return `
# Sidecars pass this protocol on as bytes, so no answer shows mutual TLS. But they count handshakes.
handshakes() {
  { ${reads.join(' && ')}; } | awk '{ sum += $NF } END { print sum + 0 }'
}

ask_and_count() {
  times=$1
  shift
  before=$(handshakes "$@") && counts=$(ask "$times" "$@") && after=$(handshakes "$@") || return
  if [ "$after" -gt "$before" ]; then how='${tlsWords.counted}'; else how='${tlsWords.none}'; fi
  printf '%s\\n' "$counts" | sed "s/× 200 in plain text$/× $how/"
}
`;
}
