import { z } from 'zod';
import { type KubeObject, type RuleId, rules } from '../model/index.ts';
import { protocol } from '../model/schemas.ts';
import type { OwnAskStep, OwnCheckStep, OwnSuite } from './suite.ts';
import type { Traffic } from './traffic.ts';

// What a suite in a file of the user's may be; suite.ts says what it means. Objects are checked where those of this
// project's suites are.

const text = z.string().min(1);
const release = z.string().regex(/^1\.\d+$/, 'takes a release, such as 1.24');

const witnesses = z.array(z.enum(Object.keys(rules) as RuleId[])).exactOptional();

const path = z.string().regex(/^[^/]+\/[^/]+$/, 'takes namespace/name');

const object = z.custom<KubeObject>((value) => typeof value === 'object' && value !== null);

const traffic = z.strictObject({
  from: path,
  to: path,
  port: z.int().positive(),
  protocol,
  subset: text.exactOptional(),
}) satisfies z.ZodType<Traffic>;

const ask = z.strictObject({
  kind: z.literal('ask'),
  title: text,
  objects: z.array(z.union([text, object], 'takes the name of a file in policies, or an object')),
  ages: z.enum(['in-order', 'same-second']).exactOptional(),
  autoMtls: z.boolean().exactOptional(),
  traffic: z.array(traffic).exactOptional(),
  answers: z.int().positive().exactOptional(),
  witnesses,
  since: release.exactOptional(),
  until: release.exactOptional(),
}) satisfies z.ZodType<OwnAskStep>;

const checks = [
  'ready',
  'mesh-default',
  'no-destination-rules',
  'auto-mtls',
  'others',
  'probes',
  'server-first',
  'same-port',
  'strangers',
  'impostors',
  'torn-down',
  'mesh-as-found',
] as const satisfies OwnCheckStep['check'][];

const check = z.strictObject({
  kind: z.literal('check'),
  title: text,
  check: z.enum(checks),
  witnesses,
}) satisfies z.ZodType<OwnCheckStep>;

export const suiteSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'takes lower-case letters, digits and hyphens'),
  title: text,
  about: text,
  onlyIfNamed: z.boolean().exactOptional(),
  since: release.exactOptional(),
  meshWide: z.boolean().exactOptional(),
  topology: text,
  steps: z.array(z.discriminatedUnion('kind', [ask, check])).min(1),
}) satisfies z.ZodType<OwnSuite>;
