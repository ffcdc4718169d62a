import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Nats, Publisher, publishDeadLetter, reconcileStreams } from '@gomon/messaging';
import { freePort, startNatsServer, type NatsServer } from '@gomon/testing';
import { PlayedGomon } from './played-gomon.spec-support.js';
import { runCli } from './run-cli.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let server: NatsServer;
let nats: Nats;
let played: PlayedGomon;
/** With a run file, and without. */
let folder: string;
let nowhere: string;

beforeAll(async () => {
  server = await startNatsServer();
  nats = await Nats.connect({ url: server.url, name: 'spec', log: () => undefined });
  folder = await mkdtemp(join(tmpdir(), 'gomon-cli-'));
  nowhere = await mkdtemp(join(tmpdir(), 'gomon-cli-'));
}, 60_000);

afterAll(async () => {
  await nats?.drain();
  await server?.stop();
  for (const one of [folder, nowhere]) await rm(one, { recursive: true, force: true });
});

beforeEach(async () => {
  await reconcileStreams(nats);
  played = await PlayedGomon.open();
  await writeFile(join(folder, 'run.json'), played.runFile(server.url));
});
afterEach(() => played.close());

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function gomon(
  argv: readonly string[],
  env: NodeJS.ProcessEnv = { GOMON_DATA: folder },
): Promise<Ended> {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCli(argv, { env, out: (line) => out.push(line), err: (line) => err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** The same as a process of its own. */
function gomonProcess(...argv: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], GOMON_DATA: folder };
    execFile(process.execPath, [program, ...argv], { env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

async function publishLetters(): Promise<void> {
  const manager = await nats.jetstreamManager();
  await manager.streams.purge('DEAD_LETTERS');
  const publisher = new Publisher(nats);
  const about = { source: 'gomon/spec', time: new Date(), headers: {} };
  await publishDeadLetter(publisher, {
    ...about,
    id: `message-${Math.random()}`,
    reason: 'evil \u001b[2J\u009b1m',
    origin: { kind: 'message', stream: 'OBSERVATIONS', seq: 7, consumer: 'correlator-normal', attempts: 5 },
    subject: 'gomon.observed.v1.normal.grafana',
    body: Buffer.from('{"note":"\u001b[31m"}'),
  });
  const alerts = [{ status: 'firing', labels: { alertname: 'Refused' } }];
  await publishDeadLetter(publisher, {
    ...about,
    id: `http-${Math.random()}`,
    reason: 'startsAt is no time',
    origin: { kind: 'http', path: '/webhooks/grafana', reportId: 'r', index: 3 },
    subject: 'gomon.observed.v1.normal.grafana',
    body: Buffer.from(JSON.stringify({ alerts })),
  });
}

/** The sequences of the dead letters, the newest first. */
async function letters(): Promise<readonly number[]> {
  const { out } = await gomon(['dead-letters', 'list', '--json']);
  return (JSON.parse(out) as { seq: number }[] | undefined)?.map(({ seq }) => seq) ?? [];
}

describe('gomon', () => {
  it('is a program: it helps, and says how it is used when it is not understood', async () => {
    const [help, dance] = await Promise.all([gomonProcess('--help'), gomonProcess('dance')]);
    expect([help.code, help.err]).toEqual([0, '']);
    expect(help.out).toContain('dead-letters replay SEQ');
    expect([dance.code, dance.out]).toEqual([64, '']);
    expect(dance.err).toContain('gomon: there is no command dance\n\ngomon COMMAND');
  });

  it('says what it cannot find, and how to tell', async () => {
    const env = { GOMON_DATA: nowhere };
    expect(await gomon(['send-test', '--source', 'api'], env)).toMatchObject({
      code: 1,
      err: 'gomon: the REST API is not known: start GoMon here (npm start), or say --api or GOMON_API_URL',
    });
    expect((await gomon(['send-test'], env)).err).toContain('ingest is not known');
    expect((await gomon(['dead-letters', 'list'], env)).err).toContain('NATS is not known');
  });

  it('says when the run file is none', async () => {
    await writeFile(join(folder, 'run.json'), '{"services":{}}');
    const { code, err } = await gomon(['status']);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/run\.json does not say where things are: .*nats/s),
    ]);
  });

  it('is told by variables and flags as well, and flags win', async () => {
    const env = {
      GOMON_DATA: nowhere,
      NATS_URL: server.url,
      GOMON_API_URL: 'http://127.0.0.1:1',
      GOMON_API_TOKEN: played.token,
    };
    const { code, out } = await gomon(['status', '--api', `${played.url}/`], env);
    expect([code, out]).toEqual([0, expect.stringContaining(`api-gateway  yes    ${played.url}`)]);
  });
});

describe('status', () => {
  it('shows services, streams and the ledger, and that all is well', async () => {
    const { code, out } = await gomonProcess('status');
    expect([code, out]).toEqual([0, expect.stringContaining('All is well.')]);
    expect(out).toMatch(/^SERVICE {6}READY {2}ADDRESS .* INDICATORS\ningest {7}yes .* nats: connected$/m);
    expect(out).toMatch(/^OBSERVATIONS +0 +0\.0 +correlator-urgent 0, correlator-normal 0$/m);
    expect(out).toContain('Ledger: 4 alerts accepted = 3 told + 1 repeated');
  });

  it('counts what waits', async () => {
    await nats.jetstream.publish('gomon.problem.v1.urgent.opened', '{}');
    expect((await gomon(['status'])).out).toContain('slack-opened-urgent 1, slack-opened-normal 0');
    await (await nats.jetstreamManager()).streams.purge('FACTS');
  });

  it('says everything that is wrong', async () => {
    played.isReady = false;
    played.ledger = { ...played.ledger, balanced: false };
    const manager = await nats.jetstreamManager();
    await manager.consumers.delete('FACTS', 'slack-opened-urgent');
    await manager.streams.delete('COMMANDS');
    const { code, out } = await gomonProcess('status');
    expect(code).toBe(1);
    expect(out).toContain('ingest is not ready: spool: the spool is full');
    expect(out).toContain('consumer slack-opened-urgent of FACTS: ');
    expect(out).toContain('stream COMMANDS: ');
    expect(out).toContain('the ledger does not balance');
    expect(out).toMatch(/^FACTS .* slack-opened-normal 0, /m);
    expect(out).not.toContain('\u001b');
  });

  it('as JSON says the same', async () => {
    played.isReady = false;
    const { code, out } = await gomonProcess('status', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      services: [
        { name: 'ingest', ready: false, indicators: { spool: { ok: false } } },
        { name: 'api-gateway', ready: false },
      ],
      deadLetters: 0,
      ledger: { balanced: true },
      wrong: [
        'ingest is not ready: spool: the spool is full \u001b[2J',
        expect.stringContaining('api-gateway is not ready') as unknown,
      ],
    });
  });

  it('says who does not answer', async () => {
    const dead = `127.0.0.1:${await freePort()}`;
    const { code, out } = await gomon(
      ['status', '--nats', `nats://user:secret@${dead}`, '--api', `http://${dead}`, '--token', 't'],
      { GOMON_DATA: nowhere },
    );
    expect([code, out]).toEqual([1, expect.stringContaining(`NATS at nats://${dead} cannot be reached`)]);
    expect(out).toContain(`the ledger: ApiError: http://${dead}/api/v1/ledger does not answer`);
    expect(out).toMatch(/^api-gateway +NO /m);
    expect(out).not.toContain('secret');
  });
});

describe('send-test', () => {
  it.each(['grafana', 'api'])('by %s follows its alert to the end', async (source) => {
    const { code, out } = await gomonProcess(
      'send-test',
      '--source',
      source,
      '--severity',
      'P1',
      '--resolve',
    );
    expect([code, out.replace(/\d+ ms/g, 'N ms').replace(/-[0-9a-f]{6} /g, '-X ')]).toEqual([
      0,
      [
        'GomonTest-X (P1) accepted after N ms',
        'in the API after N ms: alert 019cbc8a-7c00-7000-8000-000000000001',
        'told in #k8s-healthchecks after N ms',
        'resolved after N ms',
        'told in #k8s-healthchecks after N ms: it is over',
        '',
      ].join('\n'),
    ]);
    const posts = played.received.filter(({ body }) => body !== '').map(({ path }) => path);
    const door = source === 'api' ? '/api/v1/alerts' : '/webhooks/grafana';
    expect(posts).toEqual([door, door]);
  });

  it('looks over an API that restarts meanwhile', async () => {
    played.faults.set('GET /api/v1/alerts', { status: 503, body: '{}', times: 2 });
    expect((await gomon(['send-test'])).code).toBe(0);
  });

  it('says what did not happen in time', async () => {
    played.isTelling = false;
    const { code, out } = await gomon(['send-test', '--within', '1']);
    expect([code, out]).toEqual([1, expect.stringMatching(/MISSING: problem .* is not told after 1 s$/)]);
  });

  it('that is refused says so, without letting the answer write on the terminal', async () => {
    played.faults.set('POST /webhooks/grafana', { status: 401, body: 'no \u001b[2J', times: 1 });
    const { code, err } = await gomonProcess('send-test');
    expect([code, err]).toEqual([1, expect.stringContaining('/webhooks/grafana answered 401: no \ufffd[2J')]);
  });
});

describe('dead-letters', () => {
  beforeEach(publishLetters);

  it('are listed, the newest first, without anything that moves the cursor', async () => {
    const { code, out } = await gomonProcess('dead-letters', 'list');
    const [heading, http, message] = out.trimEnd().split('\n');
    expect([code, heading]).toEqual([0, expect.stringMatching(/^SEQ +AT +FROM +REASON$/)]);
    expect(http).toMatch(/\/webhooks\/grafana #3 +startsAt is no time$/);
    expect(message).toMatch(/OBSERVATIONS 7 +evil \ufffd\[2J\ufffd1m$/);
    expect((await gomon(['dead-letters', 'list', '--limit', '1'])).out.split('\n')).toHaveLength(2);
    expect((await gomon(['dead-letters', 'list', '--stream', 'COMMANDS'])).out).toBe(
      'There are no dead letters.',
    );
    expect((await gomon(['status'])).out).toContain('Dead letters: 2');
  });

  it('are shown whole', async () => {
    const [, message = 0] = await letters();
    const { out } = await gomonProcess('dead-letters', 'show', String(message));
    for (const control of ['\u001b', '\u009b']) expect(out).not.toContain(control);
    expect(JSON.parse(out)).toMatchObject({
      seq: message,
      reason: 'evil \u001b[2J\u009b1m',
      payload: { text: '{"note":"\u001b[31m"}' },
    });
  });

  it('of a stream go back to it when they are replayed', async () => {
    const [http = 0, message = 0] = await letters();
    const { code, out } = await gomon(['dead-letters', 'replay', String(message)]);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^dead letter \d+ is message \d+ of OBSERVATIONS now$/),
    ]);
    expect(await letters()).toEqual([http]);
    await (await nats.jetstreamManager()).streams.purge('OBSERVATIONS');
  });

  it('of a webhook are posted to its door again, signed', async () => {
    const [http = 0, message = 0] = await letters();
    const { code, out } = await gomonProcess('dead-letters', 'replay', String(http));
    expect([code, out]).toEqual([0, `dead letter ${http} was posted to /webhooks/grafana again\n`]);
    expect(played.received.at(-1)?.body).toContain('"alertname":"Refused"');
    expect(await letters()).toEqual([message]);
  });

  it('that are refused again are kept', async () => {
    const before = await letters();
    const refused = { alerts: [{ index: 0, reason: 'still no time' }] };
    played.faults.set('POST /webhooks/grafana', { status: 200, body: JSON.stringify({ refused }), times: 1 });
    const { code, err } = await gomon(['dead-letters', 'replay', String(before[0])]);
    expect([code, err]).toEqual([1, expect.stringContaining('still no time')]);
    expect(await letters()).toEqual(before);
  });

  it('are forgotten when they are dropped', async () => {
    const [http = 0, message = 0] = await letters();
    expect((await gomon(['dead-letters', 'drop', String(message)])).out).toBe(
      `dead letter ${message} is dropped`,
    );
    expect(await letters()).toEqual([http]);
    expect(await gomon(['dead-letters', 'show', String(message)])).toMatchObject({
      code: 1,
      err: `gomon: there is no dead letter ${message}`,
    });
  });

  it('that are more than a reader wants end quietly', async () => {
    const env = { PATH: process.env['PATH'], GOMON_DATA: folder };
    const child = spawn(process.execPath, [program, 'dead-letters', 'list'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    await once(child, 'close');
    expect(complaint).toBe('');
  });
});
