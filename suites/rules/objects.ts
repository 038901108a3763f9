export const full = 'rules-full';
export const partial = 'rules-partial';
export const legacy = 'rules-legacy';

/** The clients, followed by the Services that most witnesses ask. */
export const sleep = { full: `${full}/sleep`, partial: `${partial}/sleep`, legacy: `${legacy}/sleep` };
export const httpbin = { full: `${full}/httpbin`, partial: `${partial}/httpbin`, legacy: `${legacy}/httpbin` };

/** The label that selects httpbin's pods. */
export const app: Record<string, string> = { app: 'httpbin' };
