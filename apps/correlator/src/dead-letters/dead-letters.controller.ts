import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { OBSERVATIONS_HEADER, type DeadLetterEvent } from '@gomon/contracts';
import { CONSUMERS, done, type Delivery, type Outcome } from '@gomon/messaging';
import { againWhenBack } from '../database/again-when-back.js';
import { Database } from '../database/database.js';

/** Notes which observations ended as dead letters: the ledger counts them as an end. */
@Controller()
export class DeadLettersController {
  constructor(private readonly database: Database) {}

  @EventPattern(CONSUMERS.correlatorDeadLetters.name, {})
  note(@Payload() { event }: Delivery<DeadLetterEvent>): Promise<Outcome> {
    return againWhenBack(async () => {
      const { origin, reason, headers } = event.data;
      const isMessage = origin.kind === 'message';
      await this.database.query(
        `insert into dead_lettered (id, at, origin, report_id, stream_seq, observations, reason)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing`,
        [
          event.id,
          event.time,
          origin.kind,
          isMessage ? null : origin.reportId,
          isMessage ? origin.seq : null,
          isMessage ? observationsOf(headers) : 1,
          reason,
        ],
      );
      return done;
    });
  }
}

/** A message that says nothing about it counts as one. */
function observationsOf(headers: Readonly<Record<string, string>>): number {
  const count = Number(headers[OBSERVATIONS_HEADER] ?? headers[OBSERVATIONS_HEADER.toLowerCase()]);
  return Number.isSafeInteger(count) && count >= 0 ? count : 1;
}
