import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Delivery } from './deliveries.js';

const RETRY_MS = 100;

/** Posts deliveries to one place over so many connections, each until it is accepted. */
export class Sender {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(
    url: string,
    private readonly connections: number,
  ) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections, pipelining: 1 });
    this.path = pathname;
  }

  /** Resolves once all are accepted. `onAccepted` is told how many were so far. */
  async sendAll(
    deliveries: readonly Delivery[],
    onAccepted: (count: number) => void = () => undefined,
  ): Promise<void> {
    let next = 0;
    let accepted = 0;
    const worker = async (): Promise<void> => {
      for (let delivery = deliveries[next++]; delivery !== undefined; delivery = deliveries[next++]) {
        await this.send(delivery);
        accepted += 1;
        onAccepted(accepted);
      }
    };
    await Promise.all(Array.from({ length: this.connections }, worker));
  }

  /** Resolves once it is accepted. @throws Error for an answer that another try would not change */
  async send({ body, headers }: Delivery): Promise<void> {
    for (;;) {
      const { statusCode, body: answer } = await this.pool.request({
        path: this.path,
        method: 'POST',
        headers,
        body,
      });
      const text = await answer.text();
      if (statusCode < 300) return;
      if (statusCode !== 503 && statusCode !== 429) throw new Error(`answered ${statusCode}: ${text}`);
      await pause(RETRY_MS);
    }
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}
