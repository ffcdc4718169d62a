import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { runProgram } from '../process/run-program.js';

/** A program in a package of Debian's main archive. */
export interface DebianProgram {
  readonly package: string;
  /** E.g. `trixie`; Go programs are static, so that one of a newer suite runs on an older system. */
  readonly suite: string;
  /** Inside the package, e.g. `usr/sbin/nats-server`. */
  readonly file: string;
}

/**
 * The mirror of Debian's main archive in the text of an apt sources file, of either format (`*.sources` or
 * one-line); undefined if it names none.
 */
export function debianMirror(sources: string): string | undefined {
  const lines = sources.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const addresses = lines.flatMap((line) => {
    const [, stanza] = /^URIs:\s*(.+)$/i.exec(line) ?? [];
    const [, oneLine] = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line) ?? [];
    return (stanza ?? oneLine ?? '').split(/\s+/);
  });
  return addresses.find((address) => /^https?:\/\/.+\/debian\/?$/.test(address));
}

/**
 * Takes the package from the mirror that this system already uses, and leaves its program in the folder. Needs no
 * root and changes nothing of the system: apt gets folders of its own.
 */
export async function unpackDebianPackage(folder: string, program: DebianProgram): Promise<void> {
  const mirror = debianMirror(await systemSources());
  if (mirror === undefined) throw new Error('this system has no Debian mirror in its apt sources');

  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  const sources = join(apt, `${program.suite}.sources`);
  await writeFile(
    sources,
    [
      'Types: deb',
      `URIs: ${mirror}`,
      `Suites: ${program.suite}`,
      'Components: main',
      'Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg',
      '',
    ].join('\n'),
  );
  const settings = [
    `Dir::Etc::sourcelist=${sources}`,
    'Dir::Etc::sourceparts=-',
    `Dir::State::lists=${join(apt, 'lists')}`,
    'Dir::State::status=/dev/null',
    `Dir::Cache=${join(apt, 'cache')}`,
    'Acquire::Languages=none',
    'Acquire::http::Timeout=10',
    'APT::Sandbox::User=',
  ].flatMap((setting) => ['-o', setting]);
  await runProgram('apt-get', ['-q', ...settings, 'update'], { cwd: apt });
  await runProgram('apt-get', ['-q', ...settings, 'download', program.package], { cwd: apt });
  const archive = (await readdir(apt)).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error(`apt downloaded no ${program.package} package from ${mirror}`);
  await runProgram('dpkg-deb', ['-x', join(apt, archive), join(apt, 'package')]);
  await rename(join(apt, 'package', program.file), join(folder, basename(program.file)));
}

async function systemSources(): Promise<string> {
  const folder = '/etc/apt/sources.list.d';
  const names = await readdir(folder).catch(() => []);
  const files = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))];
  const texts = files
    .filter((file) => /\.(list|sources)$/.test(file))
    .map((file) => readFile(file, 'utf8').catch(() => ''));
  return (await Promise.all(texts)).join('\n');
}
