import { html, type Markup } from '../../../report/index.ts';
import type { Client } from '../../pairs/clients.ts';
import type { Loss, NamespaceStrictness } from '../../strict.ts';
import { countsOf, type Survey, type SurveyedServer } from '../../survey.ts';
import { counted } from '../table.ts';
import { clientNames, clientsWords, realLosses, serversWords, strictWords } from '../words.ts';
import { barOf, countList } from './parts.ts';

/** Returns a box for each namespace with Services: what its Services are asked, and what STRICT is or would be to it. */
export function boxesOf(survey: Survey, strictness: readonly NamespaceStrictness[]): Markup {
  const servers = Map.groupBy(survey.servers, ({ server }) => server.service.metadata.namespace ?? '');
  const names = clientNames(survey.clients);
  const { compare } = new Intl.Collator('en', { numeric: true });
  const boxes = [...strictness]
    .sort((a, b) => compare(a.namespace, b.namespace))
    .map((one) => boxOf(one, servers.get(one.namespace) ?? [], { survey, names }));
  return html`<section id="namespaces"><h2>Namespaces: is it STRICT, and could it be?</h2>
<p class="quiet">Counted are the requests to a namespace’s Services. Who would lose something by STRICT are workloads that are answered now; that outsiders are refused is what it is for.</p>
<ul class="boxes">${boxes}</ul></section>
`;
}

interface Known {
  survey: Survey;
  names: ReadonlyMap<Client, string>;
}

function boxOf(one: NamespaceStrictness, servers: readonly SurveyedServer[], known: Known): Markup {
  const { namespace, strict, ports, without } = one;
  const counts = countsOf({ servers });
  const isStrict = ports > 0 && strict === ports && without === 0;
  return html`<li class="box" data-namespace="${namespace}"><h3>${namespace}</h3>
<p class="strict${isStrict ? ' yes' : ''}">STRICT: ${strictWords(one)}</p>
${barOf(counts)}${countList(counts)}${couldBe(one, known)}
<button type="button" data-show="${new URLSearchParams({ to: `*.${namespace}` }).toString()}">${counted(servers.length, 'Service port')}<span class="vh"> of ${namespace}: show who reaches them</span></button></li>
`;
}

/** Returns who would lose what if a namespace were STRICT; nothing where that is no question. */
function couldBe({ losses, unknown, strict, ports }: NamespaceStrictness, known: Known): Markup {
  if (losses === undefined || ports === 0) return html``;
  const lost = realLosses(losses);
  const clients = new Set([...new Set(lost.map((loss) => loss.clients))].flat());
  const open = unknown > 0 ? html`<p class="is-unknown">${counted(unknown, 'pair')} not judged</p>` : '';
  if (lost.length === 0) {
    return strict === ports ? html`` : html`<p>STRICT would refuse no workload that is answered now.</p>${open}`;
  }
  const words = linesOf(lost, known);
  const lines = words.map(([who, whom]) => html`<li>${who} <span class="to">→</span> ${whom}</li>`);
  const isOpen = words.flat().join().length <= MOST_OPEN ? html` open` : '';
  const what = `STRICT would refuse ${counted(clients.size, 'client')}, at ${counted(lost.length, 'port')}`;
  return html`<details${isOpen}><summary>${what}</summary><ul>${lines}</ul></details>${open}`;
}

/** Losses in so many characters are seen at once. */
const MOST_OPEN = 160;

/** Returns who would lose what, servers with the same losers together. */
function linesOf(lost: readonly Loss[], { survey, names }: Known): [string, string][] {
  const all = survey.servers.map(({ server }) => server);
  return [...Map.groupBy(lost, ({ clients }) => clients)].map(([clients, same]) => [
    clientsWords(new Set(clients), survey.clients, (client) => names.get(client) ?? '').join(', '),
    serversWords(new Set(same.map(({ server }) => server)), all).join(', '),
  ]);
}
