import { clientRules } from '../model/rules/client.ts';
import { resultRules } from '../model/rules/result.ts';
import type { Rule } from '../model/rules/rule.ts';
import { serverRules } from '../model/rules/server.ts';

const sections: { title: string; about?: string; rules: Record<string, Rule> }[] = [
  {
    title: 'What the server takes',
    about:
      'A workload without a sidecar takes plain text alone. With one, the policies decide: port before workload before namespace before mesh, PERMISSIVE where there is none.',
    rules: serverRules,
  },
  {
    title: 'What the client sends',
    about:
      'A client without a sidecar speaks plain text. With one, the TLS mode of a DestinationRule decides; where none sets it, automatic mutual TLS chooses endpoint by endpoint.',
    rules: clientRules,
  },
  { title: 'What comes of it', rules: resultRules },
];

/** Returns docs/rules.md: every rule of the model, with the releases in which it holds. */
export function rulesMarkdown(): string {
  return `# The model's rules

<!-- npm run --silent report -- rules > docs/rules.md -->

The model (\`lib/model\`) answers one question: a client asks a server on a port, these policies are applied, this is the release; what can come of it, and why? It is pure, and is given the objects as they are applied. Each reason has the stable name of a rule; \`lib/model/rules\` says where in Istio's sources or documentation the rule is written.

*Since* is the first minor release of Istio in which a rule holds, *until* the first in which it no longer does. Where both are empty, releases do not differ.

${sections.map(sectionOf).join('')}## How far they are to be trusted

Every rule has its source, and cases in \`lib/model/cases\`: small worlds with what they come to. Istio's own unit tables and reachability scenarios run against the model offline (\`lib/model/peers.test.ts\`). The task's steps are asked of a live mesh in each run.`;
}

function sectionOf({ title, about, rules }: (typeof sections)[number]): string {
  const rows = Object.entries(rules).map(
    ([name, { says, since = '', until = '' }]) =>
      `| \`${name}\` | ${[says, since, until].map((text) => `${text} |`.trimStart()).join(' ')}`,
  );
  const table = ['| rule | | since | until |', '|---|---|---|---|', ...rows].join('\n');
  return [`## ${title}`, ...(about === undefined ? [] : [about]), table, ''].join('\n\n');
}
