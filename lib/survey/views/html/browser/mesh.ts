import type { AnswerData, ClientData, GroupData, PageData, ServerData } from '../page-data.ts';

/** Returns what a client gets from a server, with the client that the reasons speak of. */
export function answerOf(
  { answers, sortSets }: PageData,
  client: ClientData,
  { groups }: ServerData,
): { answer: AnswerData; group: GroupData } {
  const group = groups.find(({ sorts }) => sortSets[sorts]?.includes(client.sort)) as GroupData;
  return { group, answer: answers[group.answer] as AnswerData };
}
