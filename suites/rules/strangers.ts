import type { Impostor, MtlsMode, RuleId, Stranger } from '../../lib/model/index.ts';
import type { Step } from '../../lib/scenario/index.ts';
import { peer } from '../objects.ts';
import { full, httpbin, sleep } from './objects.ts';

/** What becomes of a stranger at a server in a mode, or of a client at an impostor, and the rule that decides. */
export interface StrangerWitness {
  /** The server's mode; of no matter for impostors. */
  mode?: Exclude<MtlsMode, 'UNSET'>;
  stranger?: Stranger;
  impostor?: Impostor;
  comesTo: 'let in' | 'refused';
  by: RuleId;
  /** Other trust domains that the mesh takes for its own. A live mesh is not asked then, since a run does not change them. */
  aliases?: string[];
  until?: string;
  since?: string;
}

/** The names that a client accepts of a server with one account. */
export interface NameWitness {
  aliases?: string[];
  /** The trust domains of the account. */
  domains: string[];
  by: RuleId;
  until?: string;
  since?: string;
}

const atServers: StrangerWitness[] = [
  { mode: 'STRICT', stranger: 'plain', comesTo: 'refused', by: 'stranger.plain-text-reset' },
  { mode: 'PERMISSIVE', stranger: 'plain', comesTo: 'let in', by: 'stranger.plain-text-answered' },
  { mode: 'DISABLE', stranger: 'plain', comesTo: 'let in', by: 'stranger.plain-text-answered' },
  { mode: 'DISABLE', stranger: 'no-certificate', comesTo: 'refused', by: 'stranger.no-mutual-tls' },
  { mode: 'DISABLE', stranger: 'member', comesTo: 'refused', by: 'stranger.no-mutual-tls' },
  ...(['STRICT', 'PERMISSIVE'] as const).flatMap((mode): StrangerWitness[] => [
    { mode, stranger: 'no-certificate', comesTo: 'refused', by: 'stranger.no-certificate' },
    { mode, stranger: 'self-signed', comesTo: 'refused', by: 'stranger.untrusted' },
    { mode, stranger: 'other-authority', comesTo: 'refused', by: 'stranger.untrusted' },
    {
      mode,
      stranger: 'other-trust-domain',
      comesTo: 'refused',
      since: '1.6',
      by: 'stranger.other-trust-domain',
    },
    { mode, stranger: 'other-trust-domain', comesTo: 'let in', by: 'stranger.member', until: '1.6' },
    { mode, stranger: 'member', comesTo: 'let in', by: 'stranger.member' },
    {
      mode,
      stranger: 'other-trust-domain',
      aliases: ['elsewhere', 'not-cluster.local'],
      comesTo: 'let in',
      by: 'stranger.alias-trust-domain',
      since: '1.6',
    },
    {
      mode,
      stranger: 'other-trust-domain',
      aliases: ['elsewhere'],
      comesTo: 'refused',
      by: 'stranger.other-trust-domain',
      since: '1.6',
    },
  ]),
];

const atClients: StrangerWitness[] = [
  { impostor: 'self-signed', comesTo: 'refused', by: 'impostor.untrusted' },
  { impostor: 'other-authority', comesTo: 'refused', by: 'impostor.untrusted' },
  { impostor: 'other-identity', comesTo: 'refused', by: 'impostor.other-identity' },
  { impostor: 'named', comesTo: 'let in', by: 'impostor.named' },
];

/** Each decides on every release that it names, or on all. */
export const strangerWitnesses: StrangerWitness[] = [...atServers, ...atClients];

export const nameWitnesses: NameWitness[] = [
  { domains: ['cluster.local'], by: 'impostor.accounts' },
  { aliases: ['old'], domains: ['cluster.local', 'old'], by: 'impostor.alias-trust-domain', since: '1.8' },
  { aliases: ['old'], domains: ['cluster.local'], by: 'impostor.accounts', until: '1.8' },
];

const rulesOf = (witnesses: StrangerWitness[]): RuleId[] => [...new Set(witnesses.map(({ by }) => by))];

const inMode = (mode: StrangerWitness['mode']): RuleId[] =>
  rulesOf(atServers.filter((one) => one.mode === mode && one.aliases === undefined));

/** The client without a sidecar shows that STRICT has come, the other one that DISABLE has, and has gone. */
const traffic = [sleep.legacy, sleep.full].map((from) => ({
  from,
  to: httpbin.full,
  port: 8000,
  protocol: 'http' as const,
}));

/** The steps that ask a live mesh: every stranger in every mode, and every impostor. */
export const strangerSteps: Step[] = [
  { kind: 'ask', title: 'strangers: STRICT', objects: [peer(`${full}/default`, 'STRICT')], traffic },
  {
    kind: 'check',
    title: 'strangers at STRICT',
    check: 'strangers',
    witnesses: inMode('STRICT'),
  },
  {
    kind: 'check',
    title: 'impostors',
    check: 'impostors',
    witnesses: [...rulesOf(atClients), 'impostor.accounts'],
  },
  { kind: 'ask', title: 'strangers: DISABLE', objects: [peer(`${full}/default`, 'DISABLE')], traffic },
  {
    kind: 'check',
    title: 'strangers at DISABLE',
    check: 'strangers',
    witnesses: inMode('DISABLE'),
  },
  { kind: 'ask', title: 'strangers: PERMISSIVE', objects: [], traffic },
  {
    kind: 'check',
    title: 'strangers at PERMISSIVE',
    check: 'strangers',
    witnesses: inMode('PERMISSIVE'),
  },
];
