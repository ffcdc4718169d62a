import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { HistoryItem, HistoryTask } from '@gomon/contracts';

/** The correlator's own way to decide once more what was decided. */
const RUNNER = fileURLToPath(new URL('../../../../apps/correlator/dist/history/main.js', import.meta.url));

export interface Says {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

/** Has history decided once more, item by item as it comes; resolves with the exit code. */
export async function runTask(
  task: HistoryTask,
  items: AsyncIterable<HistoryItem>,
  { out, err }: Says,
): Promise<number> {
  const child = spawn(process.execPath, [RUNNER], { stdio: ['pipe', 'pipe', 'pipe'] });
  // It may have said all that it has to say before everything is told.
  child.stdin.on('error', () => undefined);
  try {
    const [[code]] = await Promise.all([
      once(child, 'close') as Promise<[number | null]>,
      feed(child.stdin, task, items),
      forward(child.stdout, out),
      forward(child.stderr, err),
    ]);
    return code ?? 2;
  } finally {
    child.kill();
  }
}

async function feed(to: Writable, task: HistoryTask, items: AsyncIterable<HistoryItem>): Promise<void> {
  await write(to, task);
  for await (const item of items) {
    if (!to.writable) return;
    await write(to, item);
  }
  to.end();
}

async function write(to: Writable, line: unknown): Promise<void> {
  if (to.write(`${JSON.stringify(line)}\n`) || !to.writable) return;
  const settled = new AbortController();
  await Promise.race([
    once(to, 'drain', settled).catch(() => undefined),
    once(to, 'close', settled).catch(() => undefined),
  ]);
  settled.abort();
}

async function forward(from: Readable, say: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: from })) say(line);
}
