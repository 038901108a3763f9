import { clientRules, type Rule, resultRules, scopeRules, serverRules, strangerRules } from '../../model/index.ts';

const sections: { title: string; about?: string; rules: Record<string, Rule> }[] = [
  {
    title: 'What the server accepts',
    about:
      'A workload without a sidecar accepts only plain text. With one, the policies decide: port before workload before namespace before mesh, and PERMISSIVE without any.',
    rules: serverRules,
  },
  {
    title: "What the client's sidecar knows",
    about:
      "A sidecar knows the Services that are exported to its namespace and that its Sidecar resource takes in. It passes requests to any other on to the Service's own address: in plain text, and no DestinationRule counts. This is certain for HTTP with outboundTrafficPolicy ALLOW_ANY; else the cells concerned are not judged.",
    rules: scopeRules,
  },
  {
    title: 'What the client sends',
    about:
      'A client without a sidecar speaks plain text. With one, the TLS mode of a DestinationRule decides; if none sets it, automatic mutual TLS chooses for each endpoint.',
    rules: clientRules,
  },
  { title: 'What the result is', rules: resultRules },
  {
    title: 'Strangers and impostors',
    about:
      "What becomes of clients and servers that are of no mesh: a stranger asks a server's pod past all Services, and an impostor announces mutual TLS as a pod with a sidecar does.",
    rules: strangerRules,
  },
];

/** Returns the text of docs/rules.md: every rule of the model and the releases that have it. */
export function rulesMarkdown(): string {
  return `# The model's rules

<!-- npm run --silent report -- rules > docs/rules.md -->

The model (\`lib/model\`) answers one question: if a client sends a request to a server on a port, with these policies and this release, what can the result be, and why? It is pure, and takes the objects as they are applied. Each reason has the stable name of a rule; \`lib/model/rules\` names the place in Istio's sources or documentation that defines it.

*Since* is the first minor release of Istio with a rule, *until* the first without it. If both are empty, the rule applies to all releases.

${sections.map(sectionOf).join('')}## How they are verified

Every rule has its source, and a witness in \`suites/rules\`: the smallest scenario in which it decides. The model is held to each on every release, and \`npm test -- --suite rules,rules-mesh-wide\` asks a live mesh; \`npm run report -- coverage RUN…\` shows which rules were seen, and which no mesh of today can be asked. Istio's own unit test tables and reachability scenarios are checked against the model offline (\`lib/model/peers.test.ts\`). Each run checks the task's steps on a live mesh.`;
}

function sectionOf({ title, about, rules }: (typeof sections)[number]): string {
  const rows = Object.entries(rules).map(
    ([name, { says, since = '', until = '' }]) =>
      `| \`${name}\` | ${[says, since, until].map((text) => `${text} |`.trimStart()).join(' ')}`,
  );
  const table = ['| rule | | since | until |', '|---|---|---|---|', ...rows].join('\n');
  return [`## ${title}`, ...(about === undefined ? [] : [about]), table, ''].join('\n\n');
}
