// A server shows what reached it: httpbin in JSON, the echo server of Istio's tests in lines of `Name=value`.

/** Returns a header of the request as the server saw it; undefined if there was none. @throws Error if the answer is no server's */
export function headerOf(body: string, wanted: string): string | undefined {
  if (isEcho(body)) {
    // gRPC puts the length of its message before the first line.
    return new RegExp(`^.{0,5}RequestHeader=${wanted}:(.*)$`, 'im').exec(body.replace(/\r/g, ''))?.[1];
  }
  const { headers } = JSON.parse(body) as { headers?: Record<string, string | string[]> };
  if (typeof headers !== 'object') throw new Error(`no "headers" in ${body.slice(0, 200)}`);
  const entry = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted);
  if (entry === undefined) return undefined;
  // The Python httpbins print a value as a string, go-httpbin as an array of strings.
  return Array.isArray(entry[1]) ? entry[1].join(',') : entry[1];
}

/** Returns the name of the pod that answered; undefined if the server does not tell. */
export function podOf(body: string): string | undefined {
  return /^.{0,5}Hostname=(\S+)/m.exec(body)?.[1];
}

function isEcho(body: string): boolean {
  return podOf(body) !== undefined;
}
