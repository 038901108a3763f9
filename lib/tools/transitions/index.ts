// What others use of this room.

export { textOf, transitionsFrom } from './file.ts';
export { paths } from './paths.ts';
export { measurePropagation } from './propagation.ts';
export { transitions } from './transitions.ts';
export type { Transitions } from './types.ts';
export { transitionsMarkdown } from './views/markdown.ts';
export { htmlTransitions } from './views/page.ts';
export { propagationMarkdown } from './views/propagation.ts';
export { transitionsTerminal } from './views/terminal.ts';
