import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { projectPath } from '../../../platform/project.ts';
import type { Script } from '../../../report/index.ts';

/** The files of the page's script, each after those that it imports. */
const files = ['mesh', 'filter', 'axes', 'counts', 'dom', 'cells', 'matrix', 'keys', 'panel', 'main'];

/**
 * Returns the page's script: its files as one, without types and imports. They share one scope there, so that no two of
 * them may have the same name at their top.
 */
export function pageScript(): Script {
  const code = files
    .map((file) => readFileSync(projectPath(`lib/survey/views/html/browser/${file}.ts`), 'utf8'))
    .map((text) =>
      stripTypeScriptTypes(text)
        .replaceAll(/^import [^;]*;$/gm, '')
        .replaceAll(/^export /gm, ''),
    )
    .join('')
    .replaceAll(/[ \t]+$/gm, '');
  return { code, hash: `sha256-${createHash('sha256').update(code).digest('base64')}` };
}
