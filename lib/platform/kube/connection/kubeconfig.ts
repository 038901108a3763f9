import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { messageOf, UsageError } from '../../errors.ts';
import { shareConnections } from './connections.ts';
import { assertCredentials } from './credentials.ts';

/**
 * Reads a kubeconfig file and selects a context.
 * @param context the context to use; by default the file's current context
 * @throws UsageError if the file, the context or a certificate is missing or invalid. The message quotes only names
 * from the file, because the file contains keys
 */
export function loadKubeconfig(file: string, context: string | undefined): KubeConfig {
  const config = parsed(textIn(file), file);
  config.makePathsAbsolute(dirname(file));
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      throw new UsageError(
        `The kubeconfig ${file} has no context ${context} (it has ${contextsOf(config)}): name one with --context.`,
      );
    }
    config.setCurrentContext(context);
  }
  if (config.getCurrentCluster() === null) {
    const current = printable(config.getCurrentContext() ?? '');
    const what = current === '' ? 'has no current context' : `does not have ${missingOf(config, current)}`;
    throw new UsageError(`The kubeconfig ${file} ${what} (it has ${contextsOf(config)}): name one with --context.`);
  }
  assertCredentials(config, file);
  shareConnections(config);
  return config;
}

/** Makes a text from an untrusted file safe to print: on one line and without control characters. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Bidi_Control}]+/gu, ' ').trim();
}

function textIn(file: string): string {
  if (!existsSync(file)) throw new UsageError(`The kubeconfig ${file} does not exist: name another with --kubeconfig.`);
  const text = bytesIn(file).toString('utf8');
  if (text.trim() === '') throw new UsageError(`The kubeconfig ${file} is empty: name another with --kubeconfig.`);
  if (/(?![\t\n\r])\p{Cc}|\u{fffd}/u.test(text)) {
    throw new UsageError(`The kubeconfig ${file} is binary data, not text: name another with --kubeconfig.`);
  }
  return text;
}

function bytesIn(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EISDIR') throw new UsageError(`The kubeconfig ${file} is a directory: name a file in it.`);
    throw new UsageError(`The kubeconfig ${file} cannot be read: ${messageOf(error)}.`);
  }
}

function parsed(text: string, file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromString(text);
  } catch (error) {
    // Only the first line: after it, the parser quotes from the file.
    const reason =
      (error as Error).name === 'YAMLException'
        ? printable(messageOf(error).split('\n')[0] ?? '')
        : 'it lists no clusters';
    throw new UsageError(
      `The kubeconfig ${file} is not valid (${reason}): name another with --kubeconfig, or repair it.`,
    );
  }
  return config;
}

/** Says what a context lacks that leads to no cluster: it may not exist, or name a cluster that does not. */
function missingOf(config: KubeConfig, name: string): string {
  const context = config.getContextObject(name);
  return context === null
    ? `its own current context, ${name}`
    : `the cluster ${printable(context.cluster)} of its context ${name}`;
}

function contextsOf(config: KubeConfig): string {
  return (
    config
      .getContexts()
      .map(({ name }) => printable(name))
      .join(', ') || 'none'
  );
}
