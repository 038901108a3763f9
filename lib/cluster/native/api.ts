import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { pki } from './certificates.ts';

/** Of a connection while components start: it is asked again. */
const SILENT_MS = 5_000;

/** The little of the Kubernetes API that a boot needs, before there is a cluster to connect to. */
export class Api {
  #agent: Agent;
  #host: string;
  /** What the last `get` was answered, in short, or why it was not. */
  said = 'nothing';

  private constructor(host: string, agent: Agent) {
    this.#host = host;
    this.#agent = agent;
  }

  static async with(certificates: string, host: string): Promise<Api> {
    const files = [pki.ca, pki.client.certificate, pki.client.key];
    const [ca, cert, key] = (await Promise.all(files.map((file) => readFile(join(certificates, file))))) as Buffer[];
    return new Api(host, new Agent({ keepAlive: true, ca, cert, key } as ConstructorParameters<typeof Agent>[0]));
  }

  /** Returns what a path holds; undefined where nobody answers, or not with success. */
  async get(path: string): Promise<string | undefined> {
    try {
      const { status, body } = await this.#request('GET', path);
      this.said = `${status} ${body.slice(0, 300)}`;
      return status < 300 ? body : undefined;
    } catch (error) {
      this.said = messageOf(error);
      return undefined;
    }
  }

  /** Makes or changes an object, given as JSON or YAML, by server-side apply. */
  async apply(path: string, object: string, manager: string): Promise<void> {
    const { status, body } = await this.#request('PATCH', `${path}?fieldManager=${manager}&force=true`, object);
    if (status >= 300) throw new Error(`${path} could not be applied: ${body}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(method: string, path: string, object?: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = object && { 'content-type': 'application/apply-patch+yaml' };
      const options = {
        method,
        path,
        host: this.#host,
        port: 6443,
        agent: this.#agent,
        timeout: SILENT_MS,
        ...(headers && { headers }),
      };
      const sent = request(options, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        response.on('error', reject);
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer')));
      sent.on('error', reject);
      sent.end(object);
    });
  }
}
