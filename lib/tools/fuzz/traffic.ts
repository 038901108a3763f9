import { type Traffic, topology } from '../../scenario/index.ts';

/** The topology whose pairs are asked. */
export const fuzzTopology = topology('fuzz');

/** The Services that random rules divide into subsets, and the subsets' names. */
const divided = [
  { to: 'fuzz-full/httpbin', port: 8000, subset: 'v1' },
  { to: 'fuzz-full/httpbin', port: 8000, subset: 'nosidecar' },
  { to: 'fuzz-full/httpbin', port: 8001, subset: 'v1' },
  { to: 'fuzz-full/second', port: 8000, subset: 'v1' },
  { to: 'fuzz-full/second', port: 8001, subset: 'v1' },
  { to: 'fuzz-full/second', port: 8002, subset: 'v1' },
  { to: 'fuzz-full/second', port: 8003, subset: 'v1' },
  { to: 'fuzz-full/headless', port: 8080, subset: 'v1' },
  { to: 'fuzz-full/headless', port: 8081, subset: 'v1' },
  { to: 'fuzz-partial/httpbin', port: 8000, subset: 'v1' },
  { to: 'fuzz-partial/httpbin', port: 8000, subset: 'nosidecar' },
];

/** Every pair of the topology and, from each client, requests that name a subset. */
export const fuzzTraffic: Traffic[] = [...fuzzTopology.clients.keys()].flatMap((from) => [
  ...fuzzTopology.traffic.filter((one) => one.from === from),
  ...divided.map((one) => ({ from, protocol: 'http' as const, ...one })),
]);
