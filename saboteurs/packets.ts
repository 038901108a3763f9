// Rules of iptables in the network of a server's pod.

/** Returns a rule that leads what comes from an address to a port past the sidecar, if it matches more conditions. */
export function pastSidecarFrom(source: string, port: string, ...conditions: string[]): string[] {
  return ['nat', 'PREROUTING', '-s', source, '-p', 'tcp', '--dport', port, ...conditions, '-j', 'RETURN'];
}

/**
 * Returns rules by which connections from an address are reset once a server has their request. The answer ends the
 * connection of the server's own side, and nobody acknowledges the request. So the client sends it again, to a connection
 * that there is no longer. Each rule comes before those above it.
 */
export function resetOnceAsked(source: string, port: string): string[][] {
  const answers = ['filter', 'OUTPUT', '-p', 'tcp', '-d', source, '--sport', port];
  return [
    [...answers, '--tcp-flags', 'SYN,RST,ACK', 'ACK', '-j', 'DROP'],
    [...answers, '-m', 'length', '--length', '100:65535', '-j', 'REJECT', '--reject-with', 'tcp-reset'],
  ];
}
