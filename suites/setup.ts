import type { Suite } from '../lib/scenario/index.ts';

export const setup: Suite = {
  name: 'setup',
  title: 'Before you begin',
  about: 'The three namespaces are as in the task, and nothing is applied yet that would change an answer.',
  topology: 'auto-mtls',
  steps: [
    { kind: 'check', title: 'pods are READY 2/2 with a sidecar and 1/1 without, as in the task', check: 'ready' },
    { kind: 'check', title: 'the default mesh policy is PERMISSIVE', check: 'mesh-default' },
    { kind: 'check', title: 'no DestinationRule matches the hosts of the run', check: 'no-destination-rules' },
    { kind: 'check', title: 'automatic mutual TLS is on in the mesh configuration', check: 'auto-mtls' },
    { kind: 'check', title: 'what else acts on the workloads is known', check: 'others' },
    { kind: 'ask', title: 'every pair answers', objects: [] },
  ],
};
