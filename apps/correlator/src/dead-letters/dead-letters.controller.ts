import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { OBSERVATIONS_HEADER, REPORTS_HEADER, type DeadLetter, type DeadLetterEvent } from '@gomon/contracts';
import { CONSUMERS, done, type Delivery, type Outcome } from '@gomon/messaging';
import { z } from 'zod';
import { againWhenBack } from '../database/again-when-back.js';
import { Database } from '../database/database.js';
import { countSaid, placeCounts, type PlaceCounts } from '../ledger/place-counts.js';

/** Notes which observations ended as dead letters: the ledger counts them as an end. */
@Controller()
export class DeadLettersController {
  constructor(private readonly database: Database) {}

  @EventPattern(CONSUMERS.correlatorDeadLetters.name, {})
  note(@Payload() { event }: Delivery<DeadLetterEvent>): Promise<Outcome> {
    return againWhenBack(async () => {
      const { origin, reason } = event.data;
      const isMessage = origin.kind === 'message';
      const { reports, announced, followed, observations } = countsOf(event.data);
      await this.database.query(
        `insert into dead_lettered
           (id, at, origin, report_id, stream_seq, reports, announced, followed, observations, reason)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (id) do nothing`,
        [
          event.id,
          event.time,
          origin.kind,
          isMessage ? null : origin.reportId,
          isMessage ? origin.seq : null,
          reports,
          announced,
          followed,
          observations,
          reason,
        ],
      );
      return done;
    });
  }
}

/** One alert of a webhook, one report of a message with several, or a whole message. */
function countsOf({
  origin,
  headers,
  payload,
}: DeadLetter): PlaceCounts & { readonly reports: number; readonly observations: number } {
  if (origin.kind === 'http') return { reports: 0, announced: 0, followed: 0, observations: 1 };
  const { place } = origin;
  if (place !== undefined) {
    return { reports: 1, ...placeCounts({ place }), observations: observationsIn(payload.text) };
  }
  const said = (name: string) => countSaid(headers[name] ?? headers[name.toLowerCase()]);
  const reports = Math.max(1, said(REPORTS_HEADER));
  const others = reports - 1;
  return {
    reports,
    announced: others,
    followed: others,
    observations: said(OBSERVATIONS_HEADER),
  };
}

const someReport = z.object({ data: z.object({ observations: z.array(z.unknown()) }) });

/** What is no report, and what cannot be read, counts as one. */
function observationsIn(text: string): number {
  try {
    return someReport.parse(JSON.parse(text)).data.observations.length;
  } catch {
    return 1;
  }
}
