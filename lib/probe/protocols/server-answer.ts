// Servers return the request that they received: httpbin as JSON, Istio's echo server for tests as `Name=value` lines.

/**
 * Returns a header of the request as the server received it; undefined if there was none.
 * @throws Error if the answer is not in a server's format
 */
export function headerOf(body: string, wanted: string): string | undefined {
  if (isEcho(body)) {
    // With gRPC, the length of the message comes before the first line.
    return new RegExp(`^.{0,5}RequestHeader=${wanted}:(.*)$`, 'im').exec(body.replace(/\r/g, ''))?.[1];
  }
  const { headers } = JSON.parse(body) as { headers?: Record<string, string | string[]> };
  if (typeof headers !== 'object') throw new Error(`no "headers" in ${body.slice(0, 200)}`);
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted);
  if (entry === undefined) return undefined;
  // httpbins in Python print a value as a string, go-httpbin as an array of strings.
  return Array.isArray(entry[1]) ? entry[1].join(',') : entry[1];
}

/** Returns the name of the pod that answered; undefined if the answer does not show it. */
export function podOf(body: string): string | undefined {
  return /^.{0,5}Hostname=(\S+)/m.exec(body)?.[1];
}

function isEcho(body: string): boolean {
  return podOf(body) !== undefined;
}
