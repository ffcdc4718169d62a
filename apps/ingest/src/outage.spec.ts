import { mkdir, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { deadLetterEvent, observedEvent } from '@gomon/contracts';
import { startService } from '@gomon/service';
import { ingestService } from './ingest.js';
import { Line, post, signed, spoolOf, until, webhook, type Ingest } from './ingest.spec-support.js';

let line: Line;

beforeAll(async () => {
  line = await Line.start();
}, 60_000);

afterEach(() => line.restore());

afterAll(() => line.stop());

/** Posts alerts one after the other until told to stop; returns what was answered for each report. */
function keepPosting(ingest: Ingest, name: string) {
  let isOn = true;
  const answered: { reportId: string; status: number }[] = [];
  const statuses = new Set<number>();
  const sending = (async () => {
    for (let count = 0; isOn; count += 1) {
      const response = await post(ingest, webhook(`${name}${count}`));
      statuses.add(response.status);
      if (response.ok)
        answered.push({ ...((await response.json()) as { reportId: string }), status: response.status });
    }
  })();
  const stop = async () => {
    isOn = false;
    await sending;
  };
  return { answered, statuses, stop };
}

describe('while nats-server is away', () => {
  it('answers 202 from the spool, is ready, and everything is in the stream in order once it is back', async () => {
    await line.cut();
    const answers: [string, number][] = [];
    for (let index = 0; index < 30; index += 1) {
      const name = `Away${index}`;
      answers.push([name, (await post(line.ingest, webhook(name))).status]);
    }
    expect(answers.every(([, status]) => status === 202)).toBe(true);
    const { status, detail } = await spoolOf(line.ingest);
    expect([status, detail]).toEqual([
      200,
      expect.stringMatching(/^30 messages undrained, .*; the oldest accepted at 2/),
    ]);
    await line.restore();
    await line.drained();
    expect((await line.namesStored()).filter((name) => name.startsWith('Away'))).toEqual(
      answers.map(([name]) => name),
    );
  });

  it('keeps a bad alert of a good group as well', async () => {
    await line.cut();
    const response = await post(
      line.ingest,
      JSON.stringify({ alerts: [{ status: 'firing', labels: { alertname: 'Good' } }, 7] }),
    );
    const { reportId } = (await response.json()) as { reportId: string };
    expect(response.status).toBe(202);
    await line.restore();
    await line.drained();
    expect(await line.namesStored()).toContain('Good');
    const letters = await line.stored('DEAD_LETTERS', (json) => deadLetterEvent.parse(json));
    expect(
      letters.filter(({ data }) => data.origin.kind === 'http' && data.origin.reportId === reportId),
    ).toHaveLength(1);
  });

  it('starts, accepts, and hands over what an earlier process left', async () => {
    await line.cut();
    const first = await startService(ingestService, line.environment('left'));
    expect((await post(first, webhook('Left'))).status).toBe(202);
    await first.close();
    await line.restore();
    const second = await line.startAnother('left');
    await line.drained(second);
    expect((await line.namesStored()).filter((name) => name === 'Left')).toEqual(['Left']);
  });
});

it('killed again and again while 8 senders post: every report answered with 2xx is in the stream', async () => {
  const senders = Array.from({ length: 8 }, (_, index) => keepPosting(line.ingest, `Kill${index}.`));
  const count = (status: number) =>
    senders.flatMap(({ answered }) => answered).filter((one) => one.status === status).length;
  for (let round = 0; round < 3; round += 1) {
    const [inStream, inSpool] = [count(200), count(202)];
    await until(() => count(200) >= inStream + 20);
    await line.cut();
    await until(() => count(202) >= inSpool + 20);
    await line.restore();
  }
  await Promise.all(senders.map(({ stop }) => stop()));
  await line.drained();
  const messages = await line.messages('OBSERVATIONS', (json) => observedEvent.parse(json).id);
  const stored = messages.flat();
  // A message whose answer was lost is known by its first report when it comes again; readers know the others by their ids.
  const others = new Set(messages.flatMap(([, ...rest]) => rest));
  const answered = senders.flatMap((sender) => sender.answered.map(({ reportId }) => reportId));
  expect([...new Set(senders.flatMap(({ statuses }) => [...statuses]))].sort()).toEqual([200, 202]);
  expect(answered.filter((id) => !stored.includes(id))).toEqual([]);
  const twice = stored.filter((id, index) => answered.includes(id) && stored.indexOf(id) !== index);
  expect(twice.filter((id) => !others.has(id))).toEqual([]);
}, 120_000);

describe('with neither stream nor spool', () => {
  it('answers 503 and never 4xx while the spool is full, and takes more once it is drained', async () => {
    const full = await line.startAnother('tiny', { SPOOL_MAX_BYTES: '1500' });
    await line.cut();
    const statuses: number[] = [];
    for (let index = 0; index < 5; index += 1)
      statuses.push((await post(full, webhook(`Full${index}`))).status);
    expect([statuses.at(0), statuses.at(-1)]).toEqual([202, 503]);
    const refused = await post(full, webhook('Refused'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    await line.restore();
    await line.drained(full);
    expect((await line.namesStored()).filter((name) => name.startsWith('Full'))).toHaveLength(
      statuses.filter((status) => status === 202).length,
    );
    expect((await post(full, webhook('After'))).status).toBe(200);
  });

  it('answers 503 while the disk refuses, is not ready, and goes on when it takes again', async () => {
    const folder = join(line.folder, 'refusing');
    const ingest = await line.startAnother('refusing');
    await line.cut();
    // A disk that takes nothing looks like this to whoever makes a file, root included.
    await rm(folder, { recursive: true });
    expect((await post(ingest, webhook('Refused'))).status).toBe(503);
    expect(await spoolOf(ingest)).toMatchObject({
      status: 503,
      ok: false,
      detail: expect.stringContaining('its disk refuses') as string,
    });
    await mkdir(folder);
    expect((await spoolOf(ingest)).ok).toBe(true);
    expect((await post(ingest, webhook('DiskIsBack'))).status).toBe(202);
    await line.restore();
    await line.drained(ingest);
    expect(await line.namesStored()).toContain('DiskIsBack');
    expect(await line.namesStored()).not.toContain('Refused');
  });

  it('refuses a folder that another ingest uses', async () => {
    await expect(startService(ingestService, line.environment('spool'))).rejects.toThrow(
      /is used by another process/,
    );
  });
});

describe('a shutdown', () => {
  it('answers what is on its way, says that the connection closes, and frees the port', async () => {
    const other = await line.startAnother('closing');
    await other.runtime.nats.whenConnected();
    const body = webhook('Last');
    const { port } = new URL(other.url);
    const answered = new Promise<{ status: number | undefined; connection: string | undefined }>(
      (resolve, reject) => {
        const sending = request(
          {
            port,
            method: 'POST',
            path: '/webhooks/grafana',
            headers: { ...signed(body), 'content-length': Buffer.byteLength(body) },
          },
          (response) => {
            response.resume();
            resolve({ status: response.statusCode, connection: response.headers.connection });
          },
        );
        sending.on('error', reject);
        other.app.getHttpServer().once('request', () => {
          void other.close();
          setImmediate(() => sending.end(body.slice(10)));
        });
        sending.write(body.slice(0, 10));
      },
    );
    expect(await answered).toEqual({ status: 200, connection: 'close' });
    expect(await line.namesStored()).toContain('Last');
  });

  it('in the middle of requests loses none that was answered with 2xx', async () => {
    const other = await startService(ingestService, line.environment('stopped'));
    const answered: string[] = [];
    const senders = Array.from({ length: 8 }, async (_, sender) => {
      for (let count = 0; ; count += 1) {
        const name = `Stop${sender}.${count}`;
        const status = await post(other, webhook(name)).then(
          (response) => response.status,
          () => undefined,
        );
        if (status === undefined) return;
        if (status < 300) answered.push(name);
      }
    });
    await until(() => answered.length > 50);
    await other.close();
    await Promise.all(senders);
    const next = await line.startAnother('stopped');
    await line.drained(next);
    const stored = await line.namesStored();
    expect(answered.filter((name) => !stored.includes(name))).toEqual([]);
  });

  it('refuses to start without credentials, naming the variables', async () => {
    const { GRAFANA_HMAC_SECRETS: _, ...without } = line.environment('none');
    await expect(startService(ingestService, without)).rejects.toThrow(/GRAFANA_HMAC_SECRETS: set this/);
  });
});
