// The steps that saboteurs are aimed at.

export const strict = { suite: 'strict', step: 'STRICT on httpbin.full' } as const;
export const disable = { suite: 'disable', step: 'DISABLE on httpbin.full' } as const;
/** Nothing is applied, and nothing changes. */
export const permissive = { suite: 'permissive', step: 'nothing applied' } as const;
