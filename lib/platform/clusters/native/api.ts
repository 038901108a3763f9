import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { messageOf } from '../../errors.ts';
import { pki } from './certificates.ts';

/** Timeout of a request without an answer. It is short, because `get` is repeated while components start. */
const SILENT_MS = 5_000;

/** The few Kubernetes API calls that a boot needs before the cluster is complete. */
export class Api {
  #agent: Agent;
  #host: string;
  /** The start of the last answer to `get`, or the error if there was no answer. */
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

  /** Returns the body at a path; undefined if the server does not answer, or answers with an error. */
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

  /** Creates or changes an object, given as JSON or YAML, by server-side apply. */
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
