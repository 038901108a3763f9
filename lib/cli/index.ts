// What others use of this room.

export { interruptible } from './interrupt.ts';
export { type Console, gitHubOf, takesEscapes } from './output/console.ts';
export { progressOn } from './output/progress.ts';
