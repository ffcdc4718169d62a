import { readFile, rename, writeFile } from 'node:fs/promises';

const WRITE_AFTER_MS = 1_000;

/** What an earlier run kept; undefined when there is nothing to be read. */
export async function loadJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a state to a file soon after it changed. */
export class JsonKeeper {
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly state: () => unknown,
  ) {}

  changed(): void {
    this.timer ??= setTimeout(() => this.write(), WRITE_AFTER_MS);
  }

  async stop(): Promise<void> {
    this.write();
    await this.writing;
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const content = JSON.stringify(this.state());
    this.writing = this.writing.then(async () => {
      await writeFile(`${this.path}.new`, content, { mode: 0o600 });
      await rename(`${this.path}.new`, this.path);
    });
  }
}
