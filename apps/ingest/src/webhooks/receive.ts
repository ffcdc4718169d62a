import { randomUUID } from 'node:crypto';
import { STREAMS, deadLetterOf, type Publisher } from '@gomon/messaging';
import { HttpProblem, jsonOf, traceparentOf } from '@gomon/service';
import { subjects, type Source } from '@gomon/contracts';
import { authenticate, type Senders } from '../credentials/sender.js';
import type { Acceptance } from '../report/accept.js';
import { reportMessages, type StreamMessage } from '../report/report-messages.js';
import { deadLettered, observations, rejected, rejectionOf, reports, seconds } from './metrics.js';
import type { Refused } from './refused.js';
import { Turns } from './turns.js';
import { webhookOf } from './webhook-body.js';

/** A request as it came, with its raw body. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
  readonly path: string;
}

export interface Receipt {
  readonly status: 200 | 202;
  readonly body: {
    readonly reportId: string;
    /** Alerts taken. */
    readonly accepted: number;
    /** Alerts that were refused one by one; they are kept as dead letters. */
    readonly deadLettered: number;
    /** Why; the first ones. */
    readonly refused?: readonly string[];
  };
}

/** Reading so many bytes takes a millisecond or more, and in a storm many senders bring as many at once. */
const LARGE_BYTES = 16_000;

/** A sender shows little of an answer, or nothing. */
const MOST_REASONS = 20;

/** Takes webhooks of one kind of source. */
export class Reception {
  /** A small delivery, which may be urgent, waits for one large one at most. */
  private readonly largeOnes = new Turns();

  constructor(
    private readonly kind: string,
    private readonly senders: Senders,
    private readonly acceptance: Pick<Acceptance, 'accept'>,
    private readonly publisher: Pick<Publisher, 'maxPayloadBytes'>,
    private readonly scope: string,
  ) {}

  /** @throws HttpProblem */
  async receive(request: WebhookRequest): Promise<Receipt> {
    const finish = seconds.startTimer({ source: this.kind });
    try {
      return await this.take(request);
    } catch (error) {
      const status = error instanceof HttpProblem ? error.getStatus() : 500;
      rejected.inc({ source: this.kind, reason: rejectionOf(status) });
      throw error;
    } finally {
      finish();
    }
  }

  private async take({ headers, body, path }: WebhookRequest): Promise<Receipt> {
    if (!isJson(headers)) {
      throw new HttpProblem(415, 'Unsupported Media Type', {
        detail: 'The body has to be application/json.',
      });
    }
    const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const now = new Date();
    const instance = authenticate(this.senders, { headers, body: raw }, now);
    if (raw.length > LARGE_BYTES) await this.largeOnes.next();
    const webhook = webhookOf(jsonOf(raw));
    const source = { kind: this.kind, instance };
    const reportId = uuidV7(now);
    const traceparent = traceparentOf(headers);
    const messages = [
      ...reportMessages({
        reportId,
        acceptedAt: now,
        scope: this.scope,
        source,
        group: webhook.group,
        observations: webhook.observations,
        traceparent,
      }),
      ...webhook.refused.map((one) => this.deadLetter(one, { reportId, path, source, now, traceparent })),
    ];
    const outcome = messages.length === 0 ? 'empty' : await this.acceptance.accept(messages);
    const refused = webhook.refused.reduce((sum, { count }) => sum + count, 0);
    reports.inc({ source: this.kind, outcome });
    observations.inc({ source: this.kind }, webhook.observations.length);
    deadLettered.inc({ source: this.kind }, refused);
    const reasons = webhook.refused.slice(0, MOST_REASONS).map(({ reason }) => reason);
    return {
      status: outcome === 'spool' ? 202 : 200,
      body: {
        reportId,
        accepted: webhook.observations.length,
        deadLettered: refused,
        ...(reasons.length === 0 ? {} : { refused: reasons }),
      },
    };
  }

  private deadLetter(
    { index, reason, body }: Refused,
    about: { reportId: string; path: string; source: Source; now: Date; traceparent: string },
  ): StreamMessage {
    const { reportId, path, source, now, traceparent } = about;
    const id = `${reportId}.refused.${index}`;
    const subject = subjects.observed('normal', source.kind);
    const origin = { kind: 'http', path, reportId, index } as const;
    const letter = deadLetterOf(
      {
        id,
        source: 'gomon/ingest',
        time: now,
        reason,
        origin,
        subject,
        headers: {},
        body: Buffer.from(body),
        traceparent,
      },
      this.publisher.maxPayloadBytes(),
    );
    return {
      subject: subjects.deadLetter(STREAMS.observations.name),
      id,
      headers: { traceparent },
      acceptedAt: now.toISOString(),
      body: Buffer.from(JSON.stringify(letter)),
    };
  }
}

function isJson(headers: WebhookRequest['headers']): boolean {
  const type = headers['content-type'];
  return typeof type === 'string' && /^application\/json\s*(;|$)/i.test(type.trim());
}

/** UUID version 7 (RFC 9562 §5.7): sorts by time. */
function uuidV7(now: Date): string {
  const time = now.getTime().toString(16).padStart(12, '0');
  // All that is random, and the variant, stand in the same places as in version 4.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
