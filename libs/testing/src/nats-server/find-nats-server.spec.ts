import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianMirror } from '../debian/debian-package.js';
import { findNatsServer, isAtLeast, NatsServerNotFound } from './find-nats-server.js';
import { releaseArchive } from './release-archive.js';

describe('finding a nats-server', () => {
  const environment = { ...process.env };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gomon-find-'));
  });
  afterEach(async () => {
    process.env = { ...environment };
    await rm(folder, { recursive: true, force: true });
  });

  const onThePath = async (version: string) => {
    await writeFile(join(folder, 'nats-server'), `#!/bin/sh\necho nats-server: v${version}\n`, {
      mode: 0o755,
    });
    process.env['PATH'] = folder;
    process.env['GOMON_CACHE'] = '/dev/null/no-folder';
  };

  it('takes the one on the PATH when it is recent enough', async () => {
    await onThePath('2.10.23');
    expect(await findNatsServer()).toBe('nats-server');
  });

  it('says what it tried and what to do when nothing works', async () => {
    await onThePath('2.9.10');
    const failure = await findNatsServer().catch((error: unknown) => error);
    if (!(failure instanceof NatsServerNotFound)) throw new Error('it found one');
    expect(failure.message).toContain('nats-server is 2.9.10, which is too old');
    expect(failure.message).toContain('official release: ');
    expect(failure.message).toContain(`Debian's package: `);
    expect(failure.message).toContain('NATS_URL');
  });

  it.each([
    ['2.10.23', true],
    ['2.10.9', false],
    ['2.9.99', false],
    ['2.11.0', true],
    ['10.0.0', true],
  ])('counts %s as recent enough: %s', (version, answer) => {
    expect(isAtLeast(version, '2.10.23')).toBe(answer);
  });
});

describe('the official release', () => {
  it('is pinned by its checksum for Linux', () => {
    const archive = releaseArchive('linux', 'x64');
    expect(archive?.url).toMatch(/^https:\/\/github\.com\/nats-io\/nats-server\/.+-linux-amd64\.tar\.gz$/);
    expect(archive?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is not guessed for systems whose checksum is not pinned', () => {
    expect(releaseArchive('sunos', 'x64')).toBeUndefined();
  });
});

describe("the system's Debian mirror", () => {
  it.each([
    [
      'a stanza',
      'Types: deb\n# URIs: http://old/debian\nURIs: http://deb.example.org/debian\nSuites: bookworm\n',
    ],
    ['a line with options', 'deb [arch=amd64 signed-by=/k.gpg] http://deb.example.org/debian bookworm main'],
    [
      'a plain line',
      '# deb http://other/debian x main\ndeb http://deb.example.org/debian bookworm main contrib',
    ],
  ])('is read from %s', (_, sources) => {
    expect(debianMirror(sources)).toBe('http://deb.example.org/debian');
  });

  it('is neither the security archive nor somebody else’s repository', () => {
    const others =
      'deb http://deb.example.org/debian-security x main\nURIs: https://deb.vendor.example/node_20.x';
    expect(debianMirror(others)).toBeUndefined();
  });
});
