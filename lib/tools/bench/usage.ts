import { writeFileSync } from 'node:fs';

// Loaded before a program, it writes what that has used when it ends.

process.on('exit', () => {
  const file = process.env['AUTOMTLS_BENCH_USAGE'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(process.resourceUsage()));
});
