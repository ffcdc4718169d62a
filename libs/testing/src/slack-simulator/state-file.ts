import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Channel, Workspace } from './workspace.js';

const WRITE_AFTER_MS = 1_000;

/** What an earlier run kept; nothing when there is nothing to be read. */
export async function loadState(path: string): Promise<readonly Channel[]> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as { channels: Channel[] }).channels;
  } catch {
    return [];
  }
}

/** Writes the messages to a file soon after they changed. */
export class StateKeeper {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly workspace: Workspace,
  ) {
    workspace.onChange(() => {
      this.timer ??= setTimeout(() => {
        this.write();
      }, WRITE_AFTER_MS);
    });
  }

  async stop(): Promise<void> {
    this.write();
    await this.writing;
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const content = JSON.stringify({ channels: this.workspace.channels });
    this.writing = this.writing.then(async () => {
      await writeFile(`${this.path}.new`, content, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    });
  }
}
