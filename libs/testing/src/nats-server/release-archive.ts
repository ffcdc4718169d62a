import { createHash } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../process/run-program.js';

const version = '2.12.15';

/** SHA-256 of each archive, as the NATS project's own container images pin them (nats-io/nats-docker, 2.12.x). */
const sha256: Readonly<Record<string, string>> = {
  'linux-amd64': '58ab8131f819263897e2fc38e503e1b755b63bcafeecc7d12582487df48ca15e',
  'linux-arm64': 'b724db99fefbf8f5c808baa82819ee50350aee9734017e4a478f7e545cef3ab6',
  'linux-arm7': '72311fe4e14ce3ce22dc8e7ac02633e6f31a9bab4086c92a31fd040e59683c8a',
  'linux-386': 'e20fd919512273ed8ee553f5076bd76b1fc5e78a3cf83eafed4e0b40582f9b87',
  'linux-ppc64le': '56447e72ec0551fa27a4368388dee475e028d4d5de6d97a802d944c6f278cf1e',
  'linux-s390x': '5db960be875da499f1354f41c0a7780303fb9644cf62d35022677e77b4178029',
};

const goArchitectures: Readonly<Record<string, string>> = {
  x64: 'amd64',
  arm64: 'arm64',
  arm: 'arm7',
  ia32: '386',
  ppc64: 'ppc64le',
  s390x: 's390x',
};

export interface ReleaseArchive {
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
}

/** The official archive for an operating system and processor, in Node's words; undefined if none is pinned. */
export function releaseArchive(platform: string, arch: string): ReleaseArchive | undefined {
  const target = `${platform}-${goArchitectures[arch] ?? arch}`;
  const sum = sha256[target];
  if (sum === undefined) return undefined;
  const name = `nats-server-v${version}-${target}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${version}/${name}.tar.gz`;
  return { name, url, sha256: sum };
}

/** Downloads the archive, refuses any other than the pinned bytes, and leaves `nats-server` in the folder. */
export async function unpackReleaseArchive(archive: ReleaseArchive, folder: string): Promise<void> {
  const bytes = await download(archive.url);
  const sum = createHash('sha256').update(bytes).digest('hex');
  if (sum !== archive.sha256) {
    throw new Error(`${archive.url} has SHA-256 ${sum}, not the pinned ${archive.sha256}`);
  }
  const file = join(folder, 'archive.tar.gz');
  await writeFile(file, bytes);
  await runProgram('tar', ['-xzf', file, '-C', folder]);
  await rename(join(folder, archive.name, 'nats-server'), join(folder, 'nats-server'));
}

async function download(url: string): Promise<Buffer> {
  const giveUp = new AbortController();
  const silence = setTimeout(
    () => giveUp.abort(new Error(`no answer from ${new URL(url).host} within 4 s`)),
    4_000,
  );
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([giveUp.signal, AbortSignal.timeout(60_000)]),
    });
    clearTimeout(silence);
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    clearTimeout(silence);
  }
}
