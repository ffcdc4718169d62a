import { rename, writeFile } from 'node:fs/promises';

/** Writes JSON that only we may read; whoever reads it meanwhile sees the old text or the new one, whole. */
export async function writeSecretFile(path: string, content: unknown): Promise<void> {
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}
