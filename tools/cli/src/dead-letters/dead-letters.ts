import { DeadLetters, ReplayRefusedError, type StoredDeadLetter } from '@gomon/messaging';
import type { Surroundings } from '../places/surroundings.js';
import { postWebhook } from '../places/webhook.js';
import { withNats } from '../places/with-nats.js';
import { printableJson } from '../terminal/printable.js';
import { table } from '../terminal/table.js';

type Say = (line: string) => void;

export function list(
  around: Surroundings,
  options: { readonly stream?: string; readonly limit: number; readonly json: boolean },
  say: Say,
): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const letters = await new DeadLetters(nats, publisher).list(options);
    if (options.json) say(printableJson(letters));
    else if (letters.length === 0) say('There are no dead letters.');
    else say(table([['SEQ', 'AT', 'FROM', 'REASON'], ...letters.map(row)]));
  });
}

function row({ seq, storedAt, letter }: StoredDeadLetter): string[] {
  const { origin } = letter;
  const from = origin.kind === 'http' ? `${origin.path} #${origin.index}` : `${origin.stream} ${origin.seq}`;
  return [String(seq), `${storedAt.toISOString().slice(0, 19)}Z`, from, letter.reason.slice(0, 100)];
}

export function show(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const { letter, storedAt } = await new DeadLetters(nats, publisher).show(seq);
    say(printableJson({ seq, storedAt, ...letter }, 2));
  });
}

/** A message goes back to its stream; an alert of a webhook is posted to its door again. */
export function replay(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    const letters = new DeadLetters(nats, publisher);
    const { letter } = await letters.show(seq);
    const { origin, payload } = letter;
    if (origin.kind === 'message') {
      const { stream, seq: to } = await letters.replay(seq);
      say(`dead letter ${seq} is message ${to} of ${stream} now`);
      return;
    }
    if (payload.cut || payload.encoding !== 'utf8') {
      throw new ReplayRefusedError(seq, 'its body was not kept whole; the sender has to send it again');
    }
    const answer = await postWebhook(around, origin.path, payload.text);
    if (typeof answer === 'object' && answer !== null && 'refused' in answer) {
      throw new Error(
        `it was refused again, for the same or another reason: ${JSON.stringify(answer.refused)}`,
      );
    }
    await letters.drop(seq);
    say(`dead letter ${seq} was posted to ${origin.path} again`);
  });
}

export function drop(around: Surroundings, seq: number, say: Say): Promise<void> {
  return withNats(around, async (nats, publisher) => {
    await new DeadLetters(nats, publisher).drop(seq);
    say(`dead letter ${seq} is dropped`);
  });
}
