/** Where a receiver listens. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Nobody else can reach it unless the user names another address. */
const LOOPBACK = "127.0.0.1";
const ADDRESS = /^(?:(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<host>[^\s:[\]/]*)):)?(?<port>\d{1,5})$/i;

/** Reads `127.0.0.1:4318`, `[::1]:4318`, `localhost:4318`, `4318`; null where it is no such address. */
export function parseListenAddress(text: string): ListenAddress | null {
  const { ipv6, host, port } = ADDRESS.exec(text.trim())?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) return null;
  return { host: ipv6 ?? (host === undefined || host === "" ? LOOPBACK : host), port: Number(port) };
}
