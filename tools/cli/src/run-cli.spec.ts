import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Nats, Publisher, publishDeadLetter, reconcileStreams } from '@gomon/messaging';
import { startNatsServer, type NatsServer } from '@gomon/testing';
import { printable, table } from './printable.js';
import { runCli } from './run-cli.js';

let server: NatsServer;
let nats: Nats;
let folder: string;

beforeAll(async () => {
  server = await startNatsServer();
  folder = await mkdtemp(join(tmpdir(), 'gomon-cli-'));
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  await reconcileStreams(nats);
  const publisher = new Publisher(nats);
  for (const [index, reason] of ['first', 'second \u001b[2Jevil'].entries()) {
    await publishDeadLetter(publisher, {
      id: `letter-${index}`,
      source: 'gomon/spec',
      time: new Date(),
      reason,
      origin: {
        kind: 'message',
        stream: 'OBSERVATIONS',
        seq: index + 1,
        consumer: 'correlator-normal',
        attempts: 5,
      },
      subject: 'gomon.observed.v1.normal.grafana',
      headers: {},
      body: Buffer.from(`{"note":${index}}`),
    });
  }
}, 60_000);

afterAll(async () => {
  await nats.drain();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function gomon(...argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, {
    env: { GOMON_DATA: folder, NATS_URL: server.url },
    out: (line) => out.push(line),
    err: (line) => err.push(line),
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('gomon', () => {
  it.each([
    [[], 'gomon COMMAND'],
    [['dance'], 'there is no command dance'],
    [['status', '--nope'], "Unknown option '--nope'"],
    [['dead-letters'], 'dead-letters list, show SEQ'],
    [['dead-letters', 'show', 'x'], 'SEQ is a number from 1'],
    [['send-test', '--severity', 'P9'], '--severity is P0 to P4, not P9'],
    [['send-test', '--by', 'mail'], '--by is grafana or api, not mail'],
  ])('%j is answered with how to use it', async (argv, message) => {
    const { code, err } = await gomon(...argv);
    expect([code, err]).toEqual([64, expect.stringContaining(message)]);
  });

  it('helps', async () => {
    expect(await gomon('--help')).toMatchObject({
      code: 0,
      out: expect.stringContaining('dead-letters replay SEQ') as unknown,
    });
  });

  it('says what it cannot find, and how to tell', async () => {
    const { code, err } = await gomon('send-test', '--by', 'api');
    expect([code, err]).toEqual([
      1,
      'gomon: the REST API is not known: start GoMon here (npm start), or say --api or GOMON_API_URL',
    ]);
  });

  it('status says what is wrong', async () => {
    const { code, out } = await gomon('status');
    expect(code).toBe(1);
    expect(out).toContain('DEAD_LETTERS');
    expect(out).toContain('the REST API is not known');
    expect(JSON.parse((await gomon('status', '--json')).out)).toMatchObject({ ok: false, deadLetters: 2 });
  });
});

describe('dead letters', () => {
  it('are listed, shown without anything that moves the cursor, replayed and dropped', async () => {
    const { out } = await gomon('dead-letters', 'list');
    expect(out.split('\n').map((line) => line.slice(0, 3).trim())).toEqual(['SEQ', '2', '1']);
    expect(out).not.toContain('\u001b');
    expect((await gomon('dead-letters', 'show', '2')).out).toContain('{\\"note\\":1}');
    expect((await gomon('dead-letters', 'replay', '1')).out).toMatch(
      /dead letter 1 is message \d+ of OBSERVATIONS now/,
    );
    expect((await gomon('dead-letters', 'drop', '2')).out).toBe('dead letter 2 is dropped');
    expect((await gomon('dead-letters', 'list')).out).toBe('There are no dead letters.');
    expect(await gomon('dead-letters', 'show', '2')).toMatchObject({
      code: 1,
      err: 'gomon: there is no dead letter 2',
    });
  });
});

it('text for a terminal is harmless, and columns stand below each other', () => {
  expect(printable('a\u001b[31mb\u0007\u202e')).toBe('a\ufffd[31mb\ufffd\ufffd');
  expect(
    table([
      ['A', 'B'],
      ['long', 'x\ny'],
    ]),
  ).toBe('A     B\nlong  x y');
});
