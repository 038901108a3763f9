/** Types for the parts of `ws` that this project uses. The package comes with client-node, without types. */
declare module 'ws' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage } from 'node:http';
  import type { Duplex } from 'node:stream';

  export interface WebSocket extends EventEmitter {
    readonly OPEN: number;
    readonly readyState: number;
    onclose: (event: { code: number; reason: string }) => void;
    onerror: (event: { message: string }) => void;
    send(data: Buffer | string): void;
    close(code?: number, reason?: string): void;
    /** Drops the connection without a closing handshake. */
    terminate(): void;
  }

  export class WebSocketServer extends EventEmitter {
    constructor(options: { noServer: true; handleProtocols: (offered: Set<string>) => string | false });
    handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, then: (client: WebSocket) => void): void;
  }
}
