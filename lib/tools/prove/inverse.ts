type Fields = Record<string, unknown>;

/**
 * Returns the JSON merge patch that undoes another one.
 * @param patch what is changed; null removes a field
 * @param before the object before the change
 */
export function inverse(patch: Fields, before: Fields | undefined): Fields {
  return Object.fromEntries(
    Object.entries(patch).map(([key, value]) => {
      const old = before?.[key];
      if (isFields(value) && isFields(old)) return [key, inverse(value, old)];
      return [key, old ?? null];
    }),
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
