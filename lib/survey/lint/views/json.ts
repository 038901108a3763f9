import { z } from 'zod';
import { formatRelease } from '../../../model/index.ts';
import { visible } from '../../../report/index.ts';
import { nameOfClient } from '../../pairs/clients.ts';
import { nameOfServer } from '../../pairs/servers.ts';
import type { Finding } from '../finding.ts';
import type { Lint } from '../lint.ts';
import { severities } from './words.ts';

const asked = z.object({
  server: z.string().describe('such as `cart.shop:8080`'),
  clients: z.array(z.string()).describe('as `namespace/account`, or `outsider`'),
});

const finding = z.object({
  code: z.string().describe('stable; docs/lint.md has them all'),
  severity: z.enum(severities),
  object: z.string().describe('as `Kind namespace/name`; of a workload, its pods'),
  file: z.string().exactOptional(),
  line: z.int().positive().exactOptional(),
  reason: z.string().describe('one sentence for a person'),
  remedy: z.string().describe('one sentence for a person'),
  pairs: z.object({ count: z.int().nonnegative(), servers: z.array(asked) }),
});

/** What `automtls lint --print json` prints: schema and type in one. */
export type LintJson = z.infer<typeof lintJson>;
export const lintJson = z.object({
  version: z.literal(1),
  source: z.object({ kind: z.enum(['cluster', 'files']), label: z.string() }),
  istio: z.object({ version: z.string(), release: z.string() }),
  summary: z.record(z.enum(severities), z.int()).describe('how many findings are not accepted'),
  findings: z.array(finding),
  accepted: z.array(finding).describe('those that an annotation accepts'),
  needless: z
    .array(z.object({ object: z.string(), code: z.string(), known: z.boolean().describe('whether it is a code') }))
    .describe('codes that an object accepts, and that do not occur on it'),
  notJudged: z.int().describe('how many pairs are not judged, so that something may be wrong with them'),
  notLookedFor: z.array(
    z.object({ code: z.string(), kinds: z.array(z.string()).describe('kinds that were not read') }),
  ),
  unread: z.array(z.object({ kind: z.string(), right: z.string(), why: z.string() })),
  notes: z.array(z.string()),
});

/** Returns what is wrong with a mesh for programs. */
export function lintJsonText(lint: Lint): string {
  return visible(JSON.stringify(lintJsonOf(lint)));
}

/** Returns the JSON Schema of what lintJsonText returns. */
export function lintSchema(): object {
  return z.toJSONSchema(lintJson, { io: 'input' });
}

function lintJsonOf({ mesh, findings, accepted, needless, notJudged, notLookedFor }: Lint): LintJson {
  const { plane, snapshot } = mesh;
  const countOf = (severity: Finding['severity']): number => findings.filter((one) => one.severity === severity).length;
  return {
    version: 1,
    source: { kind: snapshot.source, label: snapshot.label },
    istio: { version: plane.version, release: formatRelease(plane.mesh.release) },
    summary: { error: countOf('error'), warning: countOf('warning'), note: countOf('note') },
    findings: findings.map(findingJson),
    accepted: accepted.map(findingJson),
    needless: [...needless],
    notJudged,
    notLookedFor: notLookedFor.map(({ code, kinds }) => ({ code, kinds: [...kinds] })),
    unread: [...snapshot.unread],
    notes: [...mesh.notes],
  };
}

function findingJson({ code, severity, subject, place, reason, remedy, pairs }: Finding): z.infer<typeof finding> {
  return {
    code,
    severity,
    object: subject.name,
    ...place,
    reason,
    remedy,
    pairs: {
      count: pairs.length,
      servers: [...Map.groupBy(pairs, ({ server }) => server)].map(([server, own]) => ({
        server: nameOfServer(server),
        clients: [...new Set(own.map(({ client }) => nameOfClient(client)))],
      })),
    },
  };
}
