import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';

// Loaded before a program that reads a cluster, it writes what that has used when it ends.

/** What a program has used up to some moment, in milliseconds. */
export interface Used {
  wallMs: number;
  cpuMs: number;
}

/** What a program has used until it had the last answer of the cluster, and until it printed something; and memory. */
export interface Usage {
  lists: Used;
  answer: Used;
  /** The most resident memory, in bytes. */
  memory: number;
}

function used(): Used {
  const { user, system } = process.cpuUsage();
  return { wallMs: performance.now(), cpuMs: (user + system) / 1000 };
}

const file = process.env['AUTOMTLS_BENCH_USAGE'];
if (file !== undefined) {
  let lists = used();
  let answer: Used | undefined;
  subscribe('http.client.response.finish', () => {
    lists = used();
  });
  const { stdout } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = ((...given: Parameters<typeof write>) => {
    answer ??= used();
    return write(...given);
  }) as typeof stdout.write;
  process.on('exit', () => {
    const usage: Usage = { lists, answer: answer ?? used(), memory: process.resourceUsage().maxRSS * 1024 };
    writeFileSync(file, JSON.stringify(usage));
  });
}
