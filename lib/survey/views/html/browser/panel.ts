import type { PageData } from '../page-data.ts';
import type { Entry } from './axes.ts';
import { element } from './dom.ts';
import { answerOf } from './mesh.ts';

/** Shows what one client gets from one server, and why. */
export function openPanel(panel: HTMLDialogElement, data: PageData, row: Entry, column: Entry): void {
  const client = data.clients[row.members[0] ?? -1];
  const server = data.servers[column.members[0] ?? -1];
  if (client === undefined || server === undefined) return;
  const { answer, group } = answerOf(data, client, server);
  const { id = '', mark = '' } = data.results[answer.result] ?? {};
  const verdict = element('p', `verdict is-${id}`);
  verdict.append(element('span', 'mark', mark), element('span', '', answer.words));
  const title = element('h2', 'pair', `${client.name} → ${server.name}`);
  title.id = 'panel-title';
  const parts: HTMLElement[] = [title, verdict, element('p', 'quiet', client.about)];
  const reasons = answer.reasons.map(({ text, rule }) => {
    const item = element('li', '', `${data.texts[text]} `);
    item.append(element('code', 'quiet', data.texts[rule]));
    return item;
  });
  parts.push(...listOf(because(client.name, group.example), reasons));
  const doubts = answer.notJudged.map((text) => element('li', '', data.texts[text]));
  parts.push(...listOf('Not judged, since', doubts));
  panel.querySelector('.told')?.replaceChildren(...parts);
  panel.showModal();
}

/** All clients of a sort come to the same, and the reasons speak of one of them. */
function because(client: string, example: string): string {
  return client === example ? 'Because' : `Because (said of ${example}, whose requests come to the same)`;
}

function listOf(title: string, items: HTMLElement[]): HTMLElement[] {
  if (items.length === 0) return [];
  const list = element('ol');
  list.append(...items);
  return [element('h3', '', title), list];
}

/** A click beside the panel closes it, as Esc does. */
export function closeByClick(panel: HTMLDialogElement): void {
  panel.addEventListener('click', ({ target }) => {
    if (target === panel || (target as Element).closest('.close') !== null) panel.close();
  });
}
