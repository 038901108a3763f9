import { visible } from '../../../report/index.ts';
import { checks } from '../checks.ts';
import type { Pair } from '../context.ts';
import type { Finding } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { pairNames, pairsWords } from './words.ts';

/** Where the schema of SARIF 2.1.0 is. */
const schema = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Returns what is wrong with a mesh as SARIF 2.1.0, which code scanning takes. Findings that are accepted are suppressed. */
export function lintSarifText(lint: Lint): string {
  const nameOfPair = pairNames(lint);
  const results = [
    ...lint.findings.map((finding) => resultOf(finding, nameOfPair)),
    ...lint.accepted.map((finding) => ({
      ...resultOf(finding, nameOfPair),
      suppressions: [{ kind: 'inSource', justification: 'accepted by an annotation of the object' }],
    })),
  ];
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results }],
  };
  return visible(JSON.stringify(log, null, 2));
}

const driver = {
  name: 'automtls',
  rules: checks.map(({ code, severity, meaning, remedy }) => ({
    id: code,
    shortDescription: { text: meaning },
    help: { text: remedy },
    defaultConfiguration: { level: severity },
  })),
};

function resultOf(finding: Finding, nameOfPair: (pair: Pair) => string): object {
  const { code, severity, subject, reason, remedy } = finding;
  return {
    ruleId: code,
    ruleIndex: checks.findIndex((one) => one.code === code),
    level: severity,
    message: { text: `${subject.name}: ${reason} ${remedy} ${pairsWords(finding, nameOfPair)}` },
    locations: [locationOf(finding)],
    // The same finding on the same object is the same one, wherever it has moved in its file.
    partialFingerprints: { 'automtls/v1': `${code} ${subject.name}` },
  };
}

function locationOf({ place, subject }: Finding): object {
  const logicalLocations = [{ fullyQualifiedName: subject.name, kind: 'resource' }];
  if (place === undefined) return { logicalLocations };
  const uri = place.file.split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: { artifactLocation: { uri }, region: { startLine: place.line } },
    logicalLocations,
  };
}
