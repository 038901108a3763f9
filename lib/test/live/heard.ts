/** A process that a live test started, and what it has said so far. */
export interface Heard {
  command: string;
  texts: string[];
}

/** The name under which a test's environment finds what the test heard; the same symbol inside and outside Jest's VM. */
export const HEARD = Symbol.for('automtls.heard');
const heard: Heard[] = [];
Object.assign(globalThis, { [HEARD]: heard });

/** Keeps what a process says from now on, to be shown if the test fails. */
export function hear(command: string, output: NodeJS.ReadableStream): void {
  const texts: string[] = [];
  heard.push({ command, texts });
  output.on('data', (text) => texts.push(String(text)));
}
