import { workloadName } from '../../model/index.ts';
import type { Answer } from '../pairs/answers.ts';
import { outsider } from '../pairs/clients.ts';
import { nameOfServer, type Server } from '../pairs/servers.ts';
import { answersToOne, type Survey } from '../survey.ts';
import type { Comparison, PairChange, Party } from './compare.ts';

/**
 * Returns a comparison whose examples speak of the first client and the first server of their row. Those of a survey
 * speak of any client that comes to the same, who may be in no row at all.
 */
export function withOwnExamples(compared: Comparison, before: Survey, after: Survey): Comparison {
  const was = ownAnswers(before, 'before');
  const is = ownAnswers(after, 'after');
  const pairs = compared.pairs.map((row): PairChange => {
    const [party] = row.clients;
    const [server] = row.servers;
    if (party === undefined || server === undefined) return row;
    return { ...row, example: { before: was(party, server), after: is(party, server) } };
  });
  return { ...compared, pairs };
}

/** Returns the workload of a party that an example is of, as `shop/cart`, or `outsider`. */
export function exampleOf({ clients: [party] }: Pick<PairChange, 'clients'>): string {
  if (party === undefined) return '';
  return party.outsider ? party.name : workloadName({ namespace: party.namespace, name: party.workloads[0] ?? '' });
}

function ownAnswers(survey: Survey, side: 'before' | 'after'): (party: Party, server: Server) => Answer {
  const servers = new Map(survey.servers.map(({ server }) => [nameOfServer(server), server]));
  const workloads = new Map(survey.mesh.workloads.map(({ workload }) => [workloadName(workload), workload]));
  const answer = answersToOne(survey);
  return (party, server) => {
    const workload = party.outsider ? outsider : workloads.get(exampleOf({ clients: [party] }));
    const own = servers.get(nameOfServer(server));
    const sort = party[side];
    if (workload === undefined || own === undefined || sort === undefined) {
      throw new Error(`${party.name} or ${nameOfServer(server)} is in no survey`);
    }
    return answer(own, { ...sort, workload });
  };
}
