import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runProgram } from '../process/run-program.js';

/** How to run a program that refuses to run as root. */
export interface RunAs {
  /** Goes in front of the program and its arguments. */
  readonly prefix: readonly string[];
  /** The user and group to become; undefined means to stay who we are. */
  readonly user: User | undefined;
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses root. An ordinary user runs it as himself. Root becomes the user `postgres` or `nobody`, if that
 * user can reach every one of the paths; folders below /root or made by mktemp he cannot enter, so there root only
 * looks like him, in a user namespace. A folder that exists decides by its owner.
 */
export async function unprivileged(paths: readonly string[], existing?: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [], user: undefined };
  const owner = existing === undefined ? undefined : await stat(existing);
  const user = owner === undefined ? await ordinaryUser() : { uid: owner.uid, gid: owner.gid };
  if (user.uid !== 0) {
    const blocked = (await Promise.all(paths.map((path) => firstUnreachable(path, user)))).find(Boolean);
    if (blocked === undefined) return { prefix: [], user };
    if (owner !== undefined)
      throw new Error(`${blocked} cannot be entered by user ${user.uid}, who owns ${existing}`);
  }
  const { uid, gid } = await ordinaryUser();
  const prefix = ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--'];
  try {
    await runProgram('unshare', [...prefix.slice(1), 'true']);
  } catch (cause) {
    const help = 'start as an ordinary user, move to a folder that every user can enter, or set DATABASE_URL';
    throw new Error(`PostgreSQL does not run as root, and no other user can reach its folders: ${help}`, {
      cause,
    });
  }
  return { prefix, user: undefined };
}

/** PostgreSQL wants a user that has a name. */
async function ordinaryUser(): Promise<User> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
}

/** The first folder on the way to `path` that the user cannot enter. */
async function firstUnreachable(path: string, user: User): Promise<string | undefined> {
  const parent = dirname(path);
  if (parent === path) return undefined;
  const above = await firstUnreachable(parent, user);
  if (above !== undefined) return above;
  const { mode, uid, gid } = await stat(parent);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? parent : undefined;
}
