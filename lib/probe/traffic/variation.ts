/** What distinguishes one request from another to the same target. Several requests to different targets may share it. */
export interface Variation {
  /** HTTP's method; gRPC has one. */
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** A path at which servers show the request, which ends with the token. */
  path: string;
  /** A path as users ask for, where no server needs to show anything; it ends with the token, too. */
  anyPath: string;
  userAgent: string;
  /** More headers, as `name: value`. */
  headers: string[];
  /** The size of what is sent; 0 for nothing. */
  bytes: number;
  /** Unique in a run: servers that log a request log it. */
  token: string;
  /** Whether to send a forged identity, which no answer may ever show: only of clients without a sidecar. */
  forges: boolean;
  /** Whether the local port is one of those that Linux gives to connections by itself: only of the same. */
  fromLinuxPort: boolean;
}

/** Returns a client's next variation. */
export type Vary = () => Variation;
