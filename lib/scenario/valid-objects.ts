import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { appliedKinds, type TopologyName } from '../kinds/index.ts';
import { UsageError } from '../platform/errors.ts';
import type { KindSchemas } from '../platform/istio/index.ts';
import { projectPath } from '../platform/project.ts';

// Objects are checked as an API server with Istio's CRDs and webhook would, before anything is applied or predicted. The
// model takes them as they are, and would make something of a mode that does not exist.

type ObjectSchema = Record<string, unknown>;

const text = { type: 'string', minLength: 1 };
const labels = { type: 'object', additionalProperties: { type: 'string' } };
const port = { type: 'integer', minimum: 1, maximum: 65_535 };
const fields = (properties: Record<string, ObjectSchema>, required: string[] = []): ObjectSchema => ({
  type: 'object',
  properties,
  required,
});
const only = (properties: Record<string, ObjectSchema>): ObjectSchema => ({
  ...fields(properties),
  additionalProperties: false,
});
const listOf = (items: ObjectSchema): ObjectSchema => ({ type: 'array', items });

/** Of the kinds of a topology, what this project reads; the API server checks the rest. */
const ofTopologies: Record<TopologyName, ObjectSchema> = {
  Namespace: {},
  ServiceAccount: {},
  Service: fields(
    { spec: fields({ selector: labels, ports: listOf(fields({ name: text, port, appProtocol: text }, ['port'])) }) },
    ['spec'],
  ),
  Deployment: fields(
    {
      spec: fields(
        {
          replicas: { type: 'integer', minimum: 0 },
          selector: fields({ matchLabels: labels }, ['matchLabels']),
          template: fields(
            {
              metadata: fields({ labels, annotations: labels }, ['labels']),
              spec: fields(
                { containers: { ...listOf(fields({ name: text, image: text }, ['name', 'image'])), minItems: 1 } },
                ['containers'],
              ),
            },
            ['metadata', 'spec'],
          ),
        },
        ['selector', 'template'],
      ),
    },
    ['spec'],
  ),
};

/** Policies up to Istio 1.4, of which no release has a schema (istio/api@1.4.0 authentication/v1alpha1/policy.proto). */
const oldPolicy = only({
  targets: listOf(only({ name: text, ports: listOf(only({ number: port, name: text })) })),
  peers: listOf(
    only({
      mtls: {
        ...only({ mode: { type: 'string', enum: ['STRICT', 'PERMISSIVE'] }, allowTls: { type: 'boolean' } }),
        nullable: true,
      },
    }),
  ),
  peerIsOptional: { type: 'boolean' },
});

const published: KindSchemas = JSON.parse(readFileSync(projectPath('schemas/istio.json'), 'utf8'));

/** Of each kind that a step may apply, its spec. */
const ofSteps = new Map<string, ObjectSchema>([
  ...Object.entries(published).map(([kind, { spec }]) => [kind, spec as ObjectSchema] as const),
  ['Policy', oldPolicy],
  ['MeshPolicy', oldPolicy],
]);

// A schema is compiled once and used for a few objects, so optimising it would take longer than it saves.
const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: false,
  validateSchema: false,
  code: { optimize: false },
});
const compiled = new Map<string, ValidateFunction>();

/**
 * @param object from a suite, or from a file
 * @param where where it is written, for the message
 * @throws UsageError if it is not an object that a topology may hold
 */
export function assertTopologyObject(object: unknown, where: string): void {
  const { kind } = assertObject(object, where);
  // Other kinds are refused where it is known of which topology they are.
  const schema = Object.hasOwn(ofTopologies, kind) ? ofTopologies[kind as TopologyName] : undefined;
  if (schema !== undefined) assertFits(object, { key: kind, schema, where });
}

/**
 * @param object from a suite, or from a file
 * @param where where it is written, for the message
 * @throws UsageError if it is not an object that a step may apply, with the field and what is allowed there
 */
export function assertStepObject(object: unknown, where: string): void {
  const { apiVersion, kind } = assertObject(object, where);
  const known = appliedKinds.find((one) => one.kind === kind);
  if (known === undefined) {
    const names = appliedKinds.map((one) => one.kind);
    throw new UsageError(`${where}: a step cannot apply ${kind}, but only ${names.join(', ')}.`);
  }
  const versions = (known.versions ?? []).map(({ name }) => `${known.group}/${name}`);
  if (!versions.includes(apiVersion)) {
    throw new UsageError(`${where}: apiVersion of ${kind} is "${apiVersion}": allowed are ${versions.join(', ')}.`);
  }
  assertFits(object, { key: kind, schema: fields({ spec: ofSteps.get(kind) ?? {} }), where });
}

interface Head {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

const head = fields(
  { apiVersion: text, kind: text, metadata: fields({ name: text, namespace: text, labels }, ['name']) },
  ['apiVersion', 'kind', 'metadata'],
);

function assertObject(object: unknown, where: string): Head {
  assertFits(object, { key: '', schema: head, where });
  return object as Head;
}

function assertFits(
  object: unknown,
  { key, schema, where }: { key: string; schema: ObjectSchema; where: string },
): void {
  const fits = compiled.get(key) ?? ajv.compile(schema);
  compiled.set(key, fits);
  if (fits(object)) return;
  const { kind, metadata } = (object ?? {}) as Partial<Head>;
  const path = [metadata?.namespace, metadata?.name].filter((part) => part !== undefined).join('/');
  const name = [kind, path].filter(Boolean).join(' ') || 'an object';
  throw new UsageError(`${where}: ${name} is not valid: ${mostTelling(fits.errors ?? [])}.`);
}

/** What an error says is clearest of a single field; that no alternative fits says the least. */
const order = ['additionalProperties', 'enum', 'type', 'required'];

function mostTelling(errors: ErrorObject[]): string {
  const rank = ({ keyword }: ErrorObject): number => (order.indexOf(keyword) + order.length + 1) % (order.length + 1);
  const [first] = errors.toSorted((a, b) => rank(a) - rank(b));
  return first === undefined ? 'it does not fit its schema' : wordsOf(first);
}

function wordsOf({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject): string {
  const path = instancePath.split('/').slice(1).join('.');
  const within = (field: string): string => (path === '' ? field : `${path}.${field}`);
  const properties = Object.keys((parentSchema as { properties?: object } | undefined)?.properties ?? {});
  switch (keyword) {
    case 'additionalProperties':
      return `${within(params['additionalProperty'])} is unknown: allowed ${path === '' ? '' : `in ${path} `}are ${properties.join(', ')}`;
    case 'required':
      return `${within(params['missingProperty'])} is missing`;
    case 'enum':
      return `${path} is ${JSON.stringify(data)}: allowed are ${params['allowedValues'].join(', ')}`;
    default:
      return `${path || 'it'} ${message}, but is ${JSON.stringify(data)}`;
  }
}
