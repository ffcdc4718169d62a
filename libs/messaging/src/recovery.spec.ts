import { done } from './outcome.js';
import {
  eventually,
  noteSchema,
  publishNotes,
  recordingLog,
  Seen,
  startLine,
  type Line,
} from './start-line.spec-support.js';
import { Nats } from './nats.js';
import { Publisher } from './publisher.js';
import { CONSUMERS, STREAMS } from './streams.js';

const NORMAL = 'gomon.observed.v1.normal.grafana';

describe('consuming goes on by itself', () => {
  let line: Line;
  let seen: Seen<string>;
  beforeEach(async () => {
    line = await startLine();
    seen = new Seen();
  });
  afterEach(async () => {
    await line.close();
  });

  const serve = () =>
    line.serve(
      CONSUMERS.correlatorNormal,
      ({ event }) => {
        seen.add(event.note);
        return Promise.resolve(done);
      },
      { concurrency: 16 },
    );
  const has = (notes: readonly string[]) =>
    seen.until((all) => notes.every((note) => all.includes(note)), 50_000);
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `note-${from + index}`);

  it('and nothing is lost when the server is killed and restarted in the middle', async () => {
    await serve();
    await publishNotes(line, NORMAL, numbered(0, 500));
    await seen.count(100);
    await line.server.kill('SIGKILL');
    await line.server.restart();
    await eventually(() => line.nats.isConnected());
    await publishNotes(line, NORMAL, numbered(500, 600));
    await has(numbered(0, 600));
  });

  it('when the consumer was deleted', async () => {
    await serve();
    await publishNotes(line, NORMAL, ['before']);
    await has(['before']);
    const manager = await line.nats.jetstreamManager();
    await manager.consumers.delete(STREAMS.observations.name, CONSUMERS.correlatorNormal.name);
    await publishNotes(line, NORMAL, ['after']);
    await has(['after']);
    // The new consumer starts at the beginning of the stream: what was handled comes again.
    expect(seen.all.filter((note) => note === 'before').length).toBeGreaterThanOrEqual(1);
  });

  it('when the stream was deleted', async () => {
    await serve();
    await publishNotes(line, NORMAL, ['before']);
    await has(['before']);
    const manager = await line.nats.jetstreamManager();
    await manager.streams.delete(STREAMS.observations.name);
    await eventually(async () => {
      for await (const name of manager.streams.names()) {
        if (name === STREAMS.observations.name) return true;
      }
      return false;
    });
    await publishNotes(line, NORMAL, ['after']);
    await has(['after']);
  });

  it('when the server was away for a while and had lost the consumer meanwhile', async () => {
    await serve();
    await publishNotes(line, NORMAL, ['before']);
    await has(['before']);
    await line.server.kill('SIGKILL');
    await eventually(() => !line.nats.isConnected());
    await line.server.restart();
    const { log } = recordingLog();
    const operator = await Nats.connect({ url: line.server.url, name: 'operator', log });
    const manager = await operator.jetstreamManager();
    await manager.consumers.delete(STREAMS.observations.name, CONSUMERS.correlatorNormal.name);
    await operator.drain();
    await eventually(() => line.nats.isConnected());
    await publishNotes(line, NORMAL, ['after']);
    await has(['after']);
  });
});

describe('the connection', () => {
  it('that was closed for good is built anew, and publishers and consumers go on over it', async () => {
    const line = await startLine();
    const seen = new Seen<string>();
    await line.serve(CONSUMERS.correlatorNormal, ({ event }) => {
      seen.add(event.note);
      return Promise.resolve(done);
    });
    await publishNotes(line, NORMAL, ['before']);
    await seen.count(1);
    const first = line.nats.connection;
    await first.close();
    await eventually(() => line.nats.isConnected() && line.nats.connection !== first);
    await publishNotes(line, NORMAL, ['after']);
    expect(await seen.count(2)).toEqual(['before', 'after']);
    await line.close();
  });

  it('says that it is not connected when the server is there but silent, and goes on when it speaks again', async () => {
    const line = await startLine();
    await line.server.pause();
    const silentSince = Date.now();
    await eventually(() => !line.nats.isConnected());
    expect(Date.now() - silentSince).toBeLessThan(5_000);
    line.server.resume();
    await eventually(() => line.nats.isConnected());
    await publishNotes(line, NORMAL, ['after']);
    await line.close();
  });

  it('heals without a restart when it was refused for a while', async () => {
    const users = (password: string) =>
      `authorization { users = [ { user: gomon, password: "${password}" } ] }`;
    let config = users('right');
    const line = await startLineWithUser({
      get config() {
        return config;
      },
    });
    const seen = new Seen<string>();
    await line.serve(CONSUMERS.correlatorNormal, ({ event }) => {
      seen.add(event.note);
      return Promise.resolve(done);
    });
    await publishNotes(line, NORMAL, ['before']);
    await seen.count(1);
    config = users('changed');
    await line.server.restart();
    // Several attempts, so that a client that gives up after the second one would have given up.
    await eventually(() => line.logged.some((text) => text.includes('uthorization')));
    await eventually(async () => (await refusals(line)) >= 4);
    expect(line.nats.isConnected()).toBe(false);
    await expect(publishNotes(line, NORMAL, ['refused'])).rejects.toMatchObject({ reason: 'no-answer' });
    config = users('right');
    await line.server.restart();
    await eventually(() => line.nats.isConnected());
    await publishNotes(line, NORMAL, ['after']);
    await seen.until((all) => all.includes('after'));
    await line.close();
  });

  it('is asked for by a service that starts before the server, and there when the server is', async () => {
    const line = await startLine();
    const { log } = recordingLog();
    await line.server.kill('SIGKILL');
    await expect(Nats.connect({ url: line.server.url, name: 'early', log })).rejects.toThrow();
    const early = Nats.start({ url: line.server.url, name: 'early', log });
    expect(early.isConnected()).toBe(false);
    await expect(
      new Publisher(early).publish({
        subject: NORMAL,
        id: 'x',
        event: noteSchema.parse({ note: 'x' }),
        timeoutMs: 100,
      }),
    ).rejects.toMatchObject({ reason: 'no-answer', retryable: true });
    await line.server.restart();
    await early.whenConnected();
    await new Publisher(early).publish({ subject: NORMAL, id: 'x', event: { note: 'x' } });
    await early.drain();
    await line.close();
  });

  it('drains although the server is away', async () => {
    const line = await startLine();
    await line.server.kill('SIGKILL');
    await eventually(() => !line.nats.isConnected());
    await line.nats.drain();
    await expect(line.nats.whenConnected()).rejects.toThrow('not connected');
    await line.server.stop();
  });
});

const startLineWithUser = (options: { readonly config: string }) =>
  startLine(options, (url) => url.replace('nats://', 'nats://gomon:right@'));

async function refusals(line: Line): Promise<number> {
  const { readFile } = await import('node:fs/promises');
  const log = await readFile(`${line.server.dataDir}/nats-server.log`, 'utf8');
  return log.split('authentication error').length - 1;
}
