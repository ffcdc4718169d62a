import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy that fails as networks do. */
export interface TcpProxy {
  /** `127.0.0.1:PORT`; put the scheme in front that the target speaks. */
  readonly address: string;
  readonly port: number;
  /**
   * Nothing gets through any more, in either direction, and no end is told: no FIN, no RST. New connections are
   * accepted and stay silent too, unless `newConnections` is `work`.
   */
  blackhole(options?: { newConnections?: 'silent' | 'work' }): void;
  /** What was held back is delivered and new connections work. */
  restore(): void;
  /** Resets every connection and refuses new ones until `restore`. */
  cut(): void;
  stop(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
}

type Mode = 'work' | 'silent' | 'refuse';

/** Listens on a free loopback port and passes everything to `target` (`host:port`, or a URL with both). */
export async function startTcpProxy({ target }: { target: string }): Promise<TcpProxy> {
  const { host, port: targetPort } = hostAndPort(target);
  const pairs = new Set<Pair>();
  let newConnections: Mode = 'work';

  const server = createServer({ allowHalfOpen: true }, (client) => {
    if (newConnections === 'refuse') {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host, port: targetPort, allowHalfOpen: true });
    const pair = { client, upstream };
    pairs.add(pair);
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      socket.on('error', () => other.resetAndDestroy());
      socket.on('close', () => pairs.delete(pair));
    }
    if (newConnections === 'work') join(pair);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const cut = (): void => {
    newConnections = 'refuse';
    for (const { client, upstream } of pairs) {
      client.resetAndDestroy();
      upstream.resetAndDestroy();
    }
  };

  return {
    address: `127.0.0.1:${port}`,
    port,
    blackhole: (options) => {
      newConnections = options?.newConnections ?? 'silent';
      pairs.forEach(part);
    },
    restore: () => {
      newConnections = 'work';
      pairs.forEach(join);
    },
    cut,
    stop: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

function join({ client, upstream }: Pair): void {
  client.unpipe().pipe(upstream);
  upstream.unpipe().pipe(client);
}

function part({ client, upstream }: Pair): void {
  client.unpipe().pause();
  upstream.unpipe().pause();
}

function hostAndPort(target: string): { host: string; port: number } {
  const { hostname, port } = new URL(target.includes('://') ? target : `tcp://${target}`);
  if (hostname === '' || port === '') throw new Error(`a proxy target needs host and port: ${target}`);
  return { host: hostname, port: Number(port) };
}
