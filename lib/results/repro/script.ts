import { formatRelease, type Protocol } from '../../model/index.ts';
import { VERSION } from '../../platform/machine.ts';
import { answersFor, expectedWords, usualSensitivity } from '../../verdict/index.ts';
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
/** How often it asks: as often as a run, by default. */
const TIMES = answersFor(usualSensitivity);

/**
 * Returns a POSIX shell script with the fewest kubectl commands from nothing to the answers of one pair in one step, and
 * back. It prints what is expected and what came, and leaves it to its reader to compare the two: it exits with 0 if it
 * could ask, and with 2 if not.
 */
export function scriptOf(subject: Subject, reproduction: Reproduction): string {
  const { workloads, url } = reproduction;
  const made = workloads.map((one) => (['Namespace', 'Deployment'].includes(one.kind) ? labelled(one) : one));
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
${creation(reproduction)}${functionsOf(reproduction)}
# A change takes a moment to arrive.
sleep ${ARRIVAL}
${comparison(subject, reproduction)}`;
}

function headOf({ suite, step, pair, observed }: Subject, { mesh, expectation }: Reproduction): string {
  const lines = [
    pair,
    `in the step "${step}" of the suite ${suite} of automtls ${VERSION}, by the rules of Istio ${formatRelease(mesh.release)}`,
    '',
    `expected: ${expectedWords(expectation.outcomes)}`,
    ...expectation.reasons.map(({ text, rule }) => `  because ${text} [${rule}]`),
    ...(observed === undefined ? [] : [`observed by the run: ${observed}`]),
    '',
    'To run it: sh FILE [options of kubectl, such as --context NAME]',
    'It makes namespaces of its own, and removes them at the end, also after ^C.',
    'It prints what is expected and what came, for you to compare. Exit code: 0 it asked, 2 it could not ask.',
  ];
  return lines.map((line) => `# ${inOneLine(line)}`.trimEnd()).join('\n');
}

/** The most characters of a line. */
const LINE = 500;

/** Returns a text in one line, with the topology's namespaces. Some of it comes from servers. */
function inOneLine(text: string): string {
  const line = text.replaceAll(`-${ID}`, '').replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return line.slice(0, LINE).toWellFormed();
}

/** Returns the functions that send requests and, if no answer shows mutual TLS, count handshakes. */
function functionsOf({ client, curl, counted }: Reproduction): string {
  const piped = curl.input === undefined ? '' : `${curl.input} | `;
  return `${counted.length > 0 ? counting(counted) : ''}
# Sends ${TIMES} requests, each over a connection of its own, and prints what curl says of each and the client's SPIFFE ID
# in the server's X-Forwarded-Client-Cert, if it has one.
ask() {
  kubectl "$@" exec -i -n ${quotedWithId(client.namespace)} deploy/${client.name} -c ${client.container} -- sh -s "$url" <<'EOF'
${NTH}=0
while [ $((${NTH} += 1)) -le ${TIMES} ]; do
  answer=$(${piped}${curl.command})
  identity=\${answer##*URI=spiffe:}
  case $answer in
    *URI=spiffe:*) identity="X-Forwarded-Client-Cert of spiffe:\${identity%%[!a-zA-Z0-9:/._-]*}" ;;
    *) identity='no X-Forwarded-Client-Cert' ;;
  esac
  printf '%s, %s\\n' "\${answer##*answer }" "$identity"
done
EOF
}
`;
}

function counting(counted: Reproduction['counted']): string {
  const reads = counted.map(
    ({ namespace, name }) =>
      `kubectl "$@" exec -n ${quotedWithId(namespace)} deploy/${name} -c istio-proxy -- pilot-agent request GET 'stats?filter=15006.ssl.handshake'`,
  );
  return `
# Prints how many TLS handshakes the servers' sidecars have counted.
handshakes() {
  ${reads.join(' &&\n    ')}
}
`;
}

/** Returns the commands that send the requests, and print what is expected and what came. */
function comparison({ observed }: Subject, { expectation, counted, protocol }: Reproduction): string {
  const said = [
    `expected: ${expectedWords(expectation.outcomes)}`,
    ...(observed === undefined ? [] : [`observed by the run: ${inOneLine(observed)}`]),
  ];
  const counts = counted.length > 0;
  const read = (name: string): string => (counts ? `${name}=$(handshakes "$@") || exit 2\n` : '');
  const handshakes = `printf '%s\\n' "TLS handshakes that the servers' sidecars counted, before:" "$before" 'after:' "$after"\n`;
  return `${read('before')}answers=$(ask "$@") && [ "$(printf '%s\\n' "$answers" | wc -l)" -eq ${TIMES} ] ||
  { echo 'Not all of ${TIMES} requests could be made.' >&2; exit 2; }
${read('after')}printf '%s\\n' ${said.map(quotedWithId).join(' ')} 'observed now:'
printf '%s\\n' "$answers" | sort | uniq -c
${counts ? handshakes : ''}echo ${quotedWithId(readingOf(protocol, counts))}
`;
}

/** Returns how to read the answers. */
function readingOf(protocol: Protocol, counts: boolean): string {
  if (counts) {
    return 'Sidecars pass this protocol on as bytes: as many answers came over mutual TLS as handshakes were counted meanwhile, the others in plain text.';
  }
  const grpc = protocol === 'grpc' ? ' gRPC status 14 is a 503, and so is 000 with curl exit 92.' : '';
  return `A 200 with X-Forwarded-Client-Cert came over mutual TLS, one without it in plain text; 000 is no answer.${grpc}`;
}
