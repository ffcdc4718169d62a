import { setTimeout as sleep } from 'node:timers/promises';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { backoffMs } from './backoff.js';
import { connectionOptions, type NatsAddress } from './connection-options.js';
import { describeError, type Log } from './log.js';

export type NatsOptions = NatsAddress;

/** There is no connection at the moment. */
export class NotConnectedError extends Error {
  override readonly name = 'NotConnectedError';
  constructor(server: string) {
    super(`not connected to NATS at ${server}`);
  }
}

const RETRY = { baseMs: 200, factor: 2, capMs: 2_000 };
const DRAIN_TIMEOUT_MS = 5_000;

interface Live {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
}

/**
 * The one connection of a process. It never gives up: the client reconnects by itself for ever, with jitter, and where the
 * client closes for good it is built anew, with the credentials read anew.
 *
 * `isConnected()` turns false within 5 s of any trouble, also when the server is there but silent.
 */
export class Nats {
  private readonly log: Log;
  private readonly stopping = new AbortController();
  private readonly waiting = new Set<(connection: NatsConnection | undefined) => void>();
  private readonly listeners = new Set<(connection: NatsConnection) => void>();
  private live: Live | undefined;
  private up = false;
  private running: Promise<void> | undefined;

  private constructor(private readonly options: NatsOptions) {
    this.log = options.log;
  }

  /** The name of the process, as the server's monitoring shows it. */
  get name(): string {
    return this.options.name;
  }

  /**
   * Connects. With `waitOnFirstConnect` it waits as long as it takes; else the first attempt has to succeed.
   * @throws what kept the first attempt from succeeding
   */
  static async connect(options: NatsOptions & { readonly waitOnFirstConnect?: boolean }): Promise<Nats> {
    const nats = new Nats(options);
    const first = options.waitOnFirstConnect === true ? undefined : await connect(connectionOptions(options));
    nats.running = nats.keepConnected(first);
    await nats.whenConnected();
    return nats;
  }

  /** Like `connect`, but returns at once and connects in the background: for a service that is of use without NATS. */
  static start(options: NatsOptions): Nats {
    const nats = new Nats(options);
    nats.running = nats.keepConnected(undefined);
    return nats;
  }

  /** The present connection; another object after it had to be rebuilt. @throws NotConnectedError before the first one. */
  get connection(): NatsConnection {
    return this.present().connection;
  }

  /** The client of the present connection. @throws NotConnectedError before the first connection. */
  get jetstream(): JetStreamClient {
    return this.present().jetstream;
  }

  jetstreamManager(): Promise<JetStreamManager> {
    return jetstreamManager(this.connection, { checkAPI: false });
  }

  isConnected(): boolean {
    return this.up;
  }

  serverVersion(): string | undefined {
    return this.live?.connection.info?.version;
  }

  /** The largest message the server takes, headers included. */
  maxPayloadBytes(): number {
    return this.live?.connection.info?.max_payload ?? 1024 * 1024;
  }

  /**
   * Resolves with the connection as soon as there is one that works.
   * @throws NotConnectedError when there is none after `timeoutMs`, or when this is draining
   */
  async whenConnected(timeoutMs?: number): Promise<NatsConnection> {
    if (this.up && this.live !== undefined) return this.live.connection;
    if (this.stopping.signal.aborted) throw new NotConnectedError(this.server());
    const connection = await new Promise<NatsConnection | undefined>((resolve) => {
      const settle = (value: NatsConnection | undefined) => {
        clearTimeout(timer);
        this.waiting.delete(settle);
        resolve(value);
      };
      const timer =
        timeoutMs === undefined ? undefined : setTimeout(settle, Math.max(0, timeoutMs), undefined);
      this.waiting.add(settle);
    });
    if (connection === undefined) throw new NotConnectedError(this.server());
    return connection;
  }

  /** Calls back with the present connection, and with each that replaces it. Returns how to stop that. */
  onConnection(callback: (connection: NatsConnection) => void): () => void {
    this.listeners.add(callback);
    if (this.live !== undefined && !this.live.connection.isClosed()) callback(this.live.connection);
    return () => {
      this.listeners.delete(callback);
    };
  }

  /** Sends what is still to be sent and closes; at most 5 s. Afterwards this object is of no use. */
  async drain(): Promise<void> {
    this.stopping.abort();
    const connection = this.live?.connection;
    if (connection !== undefined && !connection.isClosed()) {
      const giveUp = new AbortController();
      if (this.up && !connection.isDraining()) {
        await Promise.race([
          connection.drain().catch((error: unknown) => {
            this.log('warn', 'NATS did not drain', { error: describeError(error) });
          }),
          sleep(DRAIN_TIMEOUT_MS, undefined, { signal: giveUp.signal }).catch(() => undefined),
        ]);
        giveUp.abort();
      }
      await connection.close();
    }
    await this.running;
    this.setUp(false);
    for (const settle of [...this.waiting]) settle(undefined);
  }

  private present(): Live {
    if (this.live === undefined) throw new NotConnectedError(this.server());
    return this.live;
  }

  private server(): string {
    return this.options.url.replace(/[^@/,]*@/g, '');
  }

  private async keepConnected(first: NatsConnection | undefined): Promise<void> {
    let connection = first;
    for (let attempt = 1; !this.stopping.signal.aborted;) {
      try {
        connection ??= await connect(connectionOptions(this.options));
      } catch (error) {
        if (attempt === 1) {
          this.log('warn', 'NATS cannot be reached; trying on', {
            server: this.server(),
            error: describeError(error),
          });
        }
        await this.pause(backoffMs(attempt, Math.random(), RETRY));
        attempt += 1;
        continue;
      }
      attempt = 1;
      await this.use(connection);
      connection = undefined;
    }
  }

  /** Resolves when the connection has closed for good. */
  private async use(connection: NatsConnection): Promise<void> {
    if (this.stopping.signal.aborted) return connection.close();
    this.live = { connection, jetstream: jetstream(connection) };
    const watching = this.watch(connection);
    this.log('info', 'connected to NATS', {
      server: this.server(),
      version: connection.info?.version,
    });
    this.setUp(true);
    for (const listener of this.listeners) listener(connection);
    const reason = await connection.closed();
    await watching;
    this.setUp(false);
    if (this.stopping.signal.aborted) return;
    this.log('error', 'the NATS connection closed for good; building another', {
      reason: reason === undefined ? 'unknown' : describeError(reason),
    });
    await this.pause(backoffMs(1, Math.random(), RETRY));
  }

  private async watch(connection: NatsConnection): Promise<void> {
    let lastError = '';
    for await (const status of connection.status()) {
      if (status.type === 'disconnect' || status.type === 'staleConnection') {
        if (this.up) this.log('warn', 'NATS is away; reconnecting', { server: this.server() });
        this.setUp(false);
      } else if (status.type === 'reconnect') {
        lastError = '';
        this.setUp(true);
        this.log('info', 'reconnected to NATS', { server: this.server() });
      } else if (status.type === 'error') {
        const error = describeError(status.error);
        if (error !== lastError) this.log('error', 'NATS says', { error });
        lastError = error;
      }
    }
  }

  private setUp(up: boolean): void {
    this.up = up;
    const connection = this.live?.connection;
    if (!up || connection === undefined) return;
    for (const settle of [...this.waiting]) settle(connection);
  }

  private async pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }
}
