import { createHmac } from 'node:crypto';
import { DeadLetters, ReplayRefusedError, type StoredDeadLetter } from '@gomon/messaging';
import { printable, table } from '../printable.js';
import { known, type Surroundings } from '../surroundings.js';
import { withNats } from '../with-nats.js';

type Say = (line: string) => void;

export function list(
  around: Surroundings,
  options: { readonly stream?: string; readonly limit: number; readonly json: boolean },
  say: Say,
): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const { stream, limit } = options;
    const letters = await new DeadLetters(nats, publisher).list({
      limit,
      ...(stream === undefined ? {} : { stream }),
    });
    if (options.json) say(JSON.stringify(letters));
    else if (letters.length === 0) say('There are no dead letters.');
    else say(table([['SEQ', 'AT', 'FROM', 'REASON'], ...letters.map(row)]));
  });
}

function row({ seq, storedAt, letter }: StoredDeadLetter): string[] {
  const { origin } = letter;
  const from = origin.kind === 'http' ? `${origin.path} #${origin.index}` : `${origin.stream} ${origin.seq}`;
  return [String(seq), storedAt.toISOString().slice(0, 19), from, letter.reason.slice(0, 100)];
}

export function show(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const { letter, storedAt } = await new DeadLetters(nats, publisher).show(seq);
    say(printable(JSON.stringify({ seq, storedAt, ...letter }, undefined, 2)));
  });
}

/** A message goes back to its stream; an alert of a webhook is posted to its door again. */
export function replay(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const letters = new DeadLetters(nats, publisher);
    const { letter } = await letters.show(seq);
    if (letter.origin.kind === 'message') {
      const { stream, seq: to } = await letters.replay(seq);
      say(`dead letter ${seq} is message ${to} of ${stream} now`);
      return;
    }
    if (letter.payload.cut || letter.payload.encoding !== 'utf8') {
      throw new ReplayRefusedError(seq, 'its body was not kept whole; the sender has to send it again');
    }
    await post(around, letter.origin.path, letter.payload.text);
    await letters.drop(seq);
    say(`dead letter ${seq} was posted to ${letter.origin.path} again`);
  });
}

export function drop(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    await new DeadLetters(nats, publisher).drop(seq);
    say(`dead letter ${seq} is dropped`);
  });
}

async function post(around: Surroundings, path: string, body: string): Promise<void> {
  const ingest = known(around.services['ingest'], 'ingest', 'where it is by running GoMon from this folder');
  const response = await fetch(`${ingest}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...credentialsFor(around, path, body) },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${answer.slice(0, 300)}`);
  const refused: unknown = JSON.parse(answer);
  if (typeof refused === 'object' && refused !== null && 'refused' in refused) {
    throw new Error(
      `it was refused again, for the same or another reason: ${JSON.stringify(refused.refused)}`,
    );
  }
}

export function credentialsFor(around: Surroundings, path: string, body: string): Record<string, string> {
  if (path === '/webhooks/grafana' && around.grafanaHmacSecret !== undefined) {
    const seconds = String(Math.floor(Date.now() / 1_000));
    return {
      'x-grafana-alerting-timestamp': seconds,
      'x-grafana-alerting-signature': createHmac('sha256', around.grafanaHmacSecret)
        .update(`${seconds}:${body}`)
        .digest('hex'),
    };
  }
  return around.alertmanagerBearer === undefined
    ? {}
    : { authorization: `Bearer ${around.alertmanagerBearer}` };
}
