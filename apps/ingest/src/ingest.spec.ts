import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { deadLetterEvent, spoolState, subjects } from '@gomon/contracts';
import { Line, post, signed, webhook } from './ingest.spec-support.js';

let line: Line;

beforeAll(async () => {
  line = await Line.start();
}, 60_000);

afterAll(() => line.stop());

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${line.ingest.url}/metrics`)).text();
  const found = text.split('\n').find((one) => one.startsWith(`${name} `));
  return found === undefined ? 0 : Number(found.slice(name.length + 1));
}

/** Resolves when so many more requests have come in. */
function arrivals(count: number): Promise<void> {
  const server = line.ingest.app.getHttpServer();
  return new Promise((resolve) => {
    let left = count;
    server.on('request', function arrived() {
      left -= 1;
      if (left > 0) return;
      server.off('request', arrived);
      resolve();
    });
  });
}

describe('a webhook', () => {
  it('is answered with 200 when the report is in the stream, as one message', async () => {
    const response = await post(line.ingest, webhook('A', 'B', 'C'));
    const { reportId, ...counts } = (await response.json()) as { reportId: string };
    expect([response.status, counts]).toEqual([200, { accepted: 3, deadLettered: 0 }]);
    const report = (await line.reports()).find(({ id }) => id === reportId);
    expect(report?.data).toMatchObject({
      kind: 'delta',
      scope: 'default',
      source: { kind: 'grafana', instance: 'default' },
    });
    expect(report?.data.observations.map(({ labels }) => labels['alertname'])).toEqual(['A', 'B', 'C']);
  });

  it('that comes with many others shares a message with some of them, and each is there once', async () => {
    const names = Array.from({ length: 60 }, (_, index) => `Together${index}`);
    const manager = await line.nats.jetstreamManager();
    const before = (await manager.streams.info('OBSERVATIONS')).state.last_seq;
    // While the stream does not answer, the others wait behind the one that is on its way.
    await line.server.pause();
    const arrived = arrivals(names.length);
    const answering = Promise.all(names.map((name) => post(line.ingest, webhook(name))));
    await arrived;
    line.server.resume();
    const answers = await answering;
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const { last_seq: last } = (await manager.streams.info('OBSERVATIONS')).state;
    expect(last - before).toBeLessThan(names.length);
    let counted = 0;
    for (let seq = before + 1; seq <= last; seq += 1) {
      const message = await manager.streams.getMessage('OBSERVATIONS', { seq });
      const json = message?.json<unknown>();
      const reports = Array.isArray(json) ? json.length : 1;
      expect(message?.header.get('Gomon-Observations')).toBe(String(reports));
      expect(message?.header.get('Gomon-Reports')).toBe(Array.isArray(json) ? String(reports) : '');
      counted += reports;
    }
    expect(counted).toBe(names.length);
    const stored = (await line.namesStored()).filter((name) => name.startsWith('Together'));
    expect(stored.sort()).toEqual(names.sort());
    const ids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { reportId: string }).reportId),
    );
    expect((await line.reports()).map(({ id }) => id)).toEqual(expect.arrayContaining(ids));
  });

  it('that is the same twice is two reports: the second may be news, or the answer was lost', async () => {
    const before = (await line.reports()).length;
    const answers = [await post(line.ingest, webhook('Twice')), await post(line.ingest, webhook('Twice'))];
    const ids = await Promise.all(
      answers.map(async (answer) => ((await answer.json()) as { reportId: string }).reportId),
    );
    expect((await line.reports()).slice(before).map(({ id }) => id)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
  });

  it('of two installations that send the same bytes is of two sources, by the secret', async () => {
    const body = webhook('Cloned');
    const { grafanaSignature } = await import('./credentials/sender.js');
    const signature = grafanaSignature('another', Buffer.from(body));
    await post(line.ingest, body);
    await post(line.ingest, body, { 'x-grafana-alerting-signature': signature });
    expect((await line.reports()).slice(-2).map(({ data }) => data.source.instance)).toEqual([
      'default',
      'next',
    ]);
  });

  it('that holds a critical alert goes by the urgent way', async () => {
    await post(
      line.ingest,
      JSON.stringify({
        alerts: [{ status: 'firing', labels: { alertname: 'Urgent', severity: 'critical' } }],
      }),
    );
    const manager = await line.nats.jetstreamManager();
    const { state } = await manager.streams.info('OBSERVATIONS');
    const last = await manager.streams.getMessage('OBSERVATIONS', { seq: state.last_seq });
    expect(last?.subject).toBe('gomon.observed.v1.urgent.grafana');
    expect(last?.header.get('Gomon-Observations')).toBe('1');
    expect(last?.header.get('traceparent')).toMatch(/^00-/);
  });

  it('that is too large for one message is split', async () => {
    const alerts = Array.from({ length: 40 }, (_, index) => ({
      status: 'firing',
      labels: { alertname: `Large${index}` },
      annotations: { text: 'x'.repeat(20_000) },
    }));
    const response = await post(line.ingest, JSON.stringify({ alerts }));
    const { reportId } = (await response.json()) as { reportId: string };
    const parts = (await line.reports()).filter(({ id }) => id.startsWith(reportId));
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.map(({ data }) => data.part?.index).sort()).toEqual(parts.map((_, index) => index));
    expect(parts.flatMap(({ data }) => data.observations)).toHaveLength(40);
  });

  it('without alerts is accepted, and nothing is published', async () => {
    const before = (await line.reports()).length;
    const response = await post(line.ingest, webhook());
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ accepted: 0 })]);
    expect((await line.reports()).length).toBe(before);
  });

  it('keeps the trace of its sender', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    await post(line.ingest, webhook('Traced'), { traceparent });
    expect((await line.reports()).at(-1)?.traceparent).toBe(traceparent);
  });

  it('with a bad alert keeps that as a dead letter, and its neighbours go on', async () => {
    const body = JSON.stringify({
      receiver: 'r',
      alerts: [
        { status: 'firing', labels: { alertname: 'Neighbour' } },
        { status: 'firing', labels: { alertname: 'Late' }, startsAt: 'yesterday' },
        { status: 'firing', labels: { alertname: 'Neighbour2' } },
      ],
    });
    const response = await post(line.ingest, body);
    const reason = 'alerts[1].startsAt is not an RFC 3339 time: "yesterday"';
    const answer = (await response.json()) as { reportId: string };
    expect([response.status, answer]).toMatchObject([
      200,
      { accepted: 2, deadLettered: 1, refused: [reason] },
    ]);
    expect(await line.namesStored()).toEqual(expect.arrayContaining(['Neighbour', 'Neighbour2']));
    const [letter, ...others] = await line.stored('DEAD_LETTERS', (json) => deadLetterEvent.parse(json).data);
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      reason,
      origin: { kind: 'http', path: '/webhooks/grafana', reportId: answer.reportId, index: 1 },
    });
    const again = await post(line.ingest, letter?.payload.text ?? '');
    expect(await again.json()).toMatchObject({ accepted: 0, deadLettered: 1 });
  });

  it('by PUT is as good as one by POST', async () => {
    const body = webhook('Put');
    const response = await fetch(`${line.ingest.url}/webhooks/grafana`, {
      method: 'PUT',
      headers: signed(body),
      body,
    });
    expect(response.status).toBe(200);
    expect(await line.namesStored()).toContain('Put');
  });

  it('of an Alertmanager is taken by its token', async () => {
    const send = (authorization: string) =>
      fetch(`${line.ingest.url}/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: webhook('FromAlertmanager'),
      });
    expect((await send('Bearer am-token')).status).toBe(200);
    expect((await line.reports()).at(-1)?.data.source).toEqual({ kind: 'alertmanager', instance: 'default' });
    const refused = await send('Bearer other');
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="gomon"']);
  });
});

describe('a request that cannot be taken', () => {
  it.each([
    ['no JSON', '{"alerts":', {}, 400],
    ['no object', '[]', {}, 400],
    ['no alerts', '{}', {}, 400],
    ['null as alerts', '{"alerts":null}', {}, 400],
    ['an empty body', '', {}, 400],
    ['a wrong signature', webhook('X'), { 'x-grafana-alerting-signature': 'ff' }, 401],
    ['another content type', webhook('X'), { 'content-type': 'text/xml' }, 415],
    ['a form', 'alerts=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['too much', `{"alerts":[],"x":"${'x'.repeat(6_000_000)}"}`, {}, 413],
  ])('with %s is answered with problem details', async (_, body, headers, status) => {
    const response = await post(line.ingest, body, headers);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ status, type: 'about:blank' });
  });

  it('names the field in its answer', async () => {
    const response = await post(line.ingest, '{"alerts":{}}');
    expect(await response.json()).toMatchObject({
      errors: [{ field: 'alerts', message: 'must be an array' }],
    });
  });

  it.each([
    ['GET', '/webhooks/grafana'],
    ['POST', '/webhooks/unknown'],
  ])('%s %s is answered with problem details', async (method, path) => {
    const response = await fetch(`${line.ingest.url}${path}`, {
      method,
      ...(method === 'GET' ? {} : { body: '{}', headers: { 'content-type': 'application/json' } }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
  });

  it('is counted by its reason', async () => {
    const name = 'gomon_ingest_rejected_total{source="grafana",reason="unauthorized"}';
    const before = await metric(name);
    await post(line.ingest, webhook('X'), { 'x-grafana-alerting-signature': 'ff' });
    expect(await metric(name)).toBe(before + 1);
  });

  it('however poisonous, is never 5xx', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const statuses = [];
    for (const body of [
      `{"alerts":[{"status":"firing","labels":{"alertname":"Deep","a":${deep}}},{"status":${deep}}],"commonLabels":{"a":${deep}}}`,
      `{"alerts":[{"status":"firing","labels":{"alertname":"Nul\\u0000\\ud800"}}]}`,
      `{"alerts":[{"status":"firing","labels":{"__proto__":"x","constructor":null}}]}`,
      `{"alerts":[{"status":"firing","labels":{"alertname":"${'x'.repeat(1_000_000)}"}}]}`,
      JSON.stringify({ alerts: Array.from({ length: 3_000 }, () => 7) }),
      'null',
      '"x"',
    ]) {
      statuses.push((await post(line.ingest, body)).status);
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 400, 400]);
  });
});

describe('connections', () => {
  it('a sender that has closed its side gets its answer', async () => {
    const body = webhook('HalfClosed');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(line.ingest.url).port), '127.0.0.1');
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('end', () => {
        resolve(text);
      });
      socket.on('error', reject);
      const headers = Object.entries(signed(body)).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.end(
        `POST /webhooks/grafana HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers.join('')}` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    });
    expect(answer).toContain('HTTP/1.1 200');
    expect(await line.namesStored()).toContain('HalfClosed');
  });

  it('are kept for longer than balancers keep them, and used again', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = (body: string) =>
      new Promise<{ status: number | undefined; keepAlive: unknown; isReused: boolean }>(
        (resolve, reject) => {
          const sending = request(`${line.ingest.url}/webhooks/grafana`, {
            agent,
            method: 'POST',
            headers: signed(body),
          });
          sending.on('response', (response) => {
            response.resume();
            response.on('end', () => {
              const { statusCode: status, headers } = response;
              resolve({ status, keepAlive: headers['keep-alive'], isReused: sending.reusedSocket });
            });
          });
          sending.on('error', reject);
          sending.end(body);
        },
      );
    const answers = [await send(webhook('Kept1')), await send(webhook('Kept2'))];
    agent.destroy();
    expect(answers).toEqual([
      { status: 200, keepAlive: 'timeout=65', isReused: false },
      { status: 200, keepAlive: 'timeout=65', isReused: true },
    ]);
  });

  it('of 64 senders at once are all served', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 64 });
    const names = Array.from({ length: 300 }, (_, index) => `Storm${index}`);
    const send = (body: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sending = request(`${line.ingest.url}/webhooks/grafana`, {
          agent,
          method: 'POST',
          headers: signed(body),
        });
        sending.on('response', (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sending.on('error', reject);
        sending.end(body);
      });
    const statuses = await Promise.all(names.map((name) => send(webhook(name))));
    agent.destroy();
    expect(statuses.filter((status) => status !== 200 && status !== 202)).toEqual([]);
    await line.drained();
    expect((await line.namesStored()).filter((name) => name.startsWith('Storm')).sort()).toEqual(
      names.sort(),
    );
  });
});

it('tells what waits in its spool, for whoever listens', async () => {
  const subscription = line.nats.connection.subscribe(subjects.spoolState, { max: 1 });
  for await (const message of subscription) {
    expect(spoolState.parse(message.json())).toMatchObject({ undrained: 0 });
  }
});
