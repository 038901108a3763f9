import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { pki } from './certificates.ts';

/** A Kubernetes object, as far as one must know it to apply it. */
export interface ApiObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** The little of the Kubernetes API that a boot needs, before there is a cluster to connect to. */
export class Api {
  #agent: Agent;
  #host: string;

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
    const answer = await this.#request('GET', path).catch(() => undefined);
    return answer && answer.status < 300 ? answer.body : undefined;
  }

  /** Makes or changes an object, by server-side apply. */
  async apply(object: ApiObject): Promise<void> {
    const { status, body } = await this.#request('PATCH', `${pathOf(object)}?fieldManager=automtls&force=true`, object);
    if (status >= 300) throw new Error(`${object.kind} ${object.metadata.name} could not be applied: ${body}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #request(method: string, path: string, object?: ApiObject): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const headers = object && { 'content-type': 'application/apply-patch+yaml' };
      const options = {
        method,
        path,
        host: this.#host,
        port: 6443,
        agent: this.#agent,
        timeout: 5000,
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
      sent.end(object && JSON.stringify(object));
    });
  }
}

/** Returns the path of an object; regular plurals do, as only the addons are applied. */
export function pathOf({ apiVersion, kind, metadata }: ApiObject): string {
  const group = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const namespace = metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
  return `${group}${namespace}/${kind.toLowerCase()}s/${metadata.name}`;
}
