import { parseAllDocuments } from 'yaml';
import { appliedKinds } from '../../kinds/index.ts';

/** A JSON Schema, as far as it is changed here. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
}

interface Crd {
  kind: string;
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string; schema: { openAPIV3Schema: { properties: { spec: JsonSchema } } } }[];
  };
}

/** What schemas/istio.json has of each kind, by name. */
export type KindSchemas = Record<string, { group: string; versions: string[]; spec: JsonSchema }>;

/** The kinds that steps may apply, without those that no release of today has. */
const kinds = appliedKinds
  .filter(({ versions = [] }) => versions.some(({ until }) => until === undefined))
  .map(({ kind }) => kind);

/**
 * Returns the schemas of the kinds that steps may apply, for schemas/istio.json. All versions of a kind have the same.
 * An API server drops fields that a schema does not name, and Istio's webhook rejects them; here they are mistakes.
 * @param text Istio's file of all CRDs
 */
export function crdSchemas(text: string): KindSchemas {
  const crds = parseAllDocuments(text).map((document) => document.toJS() as Crd | null);
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const crd = crds.find((one) => one?.kind === 'CustomResourceDefinition' && one.spec.names.kind === kind);
      if (crd === undefined || crd === null) return [];
      const { group, versions } = crd.spec;
      const spec = closed(versions[0]?.schema.openAPIV3Schema.properties.spec ?? {});
      return [[kind, { group, versions: versions.map(({ name }) => name), spec }]];
    }),
  );
}

/** Returns the schema without what only an API server reads, and with no fields but those that it names. */
function closed(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'description' || key === 'format' || key.startsWith('x-kubernetes-')) return [];
    if (key === 'properties') {
      const fields = Object.entries(value as Record<string, JsonSchema>).map(([name, field]) => [name, closed(field)]);
      return [[key, Object.fromEntries(fields)]];
    }
    if (Array.isArray(value)) return [[key, value.map((one) => (isSchema(one) ? closed(one) : one))]];
    return [[key, isSchema(value) ? closed(value) : value]];
  });
  const isOpen =
    schema.type !== 'object' ||
    schema.properties === undefined ||
    schema.additionalProperties !== undefined ||
    schema['x-kubernetes-preserve-unknown-fields'];
  return { ...Object.fromEntries(kept), ...(!isOpen && { additionalProperties: false }) };
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
