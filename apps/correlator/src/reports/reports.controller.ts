import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ObservedEvent } from '@gomon/contracts';
import { CONSUMERS, done, type Delivery, type Outcome } from '@gomon/messaging';
import { Database } from '../database/database.js';
import { againWhenBack } from '../database/again-when-back.js';
import { Outbox } from '../outbox/outbox.js';
import { RuleBook } from '../rules/rule-book.js';
import { Due } from '../ticks/due.js';
import { BatchOrder } from './batch-order.js';
import { decideReports } from './decide-reports.js';

/**
 * A batch holds the scope's lock for as long as its transaction takes, and an urgent report waits for that long: so it is
 * bounded by bytes too: some 250 alerts.
 */
const BATCH = { batch: { max: 256, waitMs: 0, maxBytes: 200_000 } };

/** Takes reports off the stream: urgent ones by a way of their own. */
@Controller()
export class ReportsController {
  private readonly order = new BatchOrder();

  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly rules: RuleBook,
    private readonly due: Due,
  ) {}

  @EventPattern(CONSUMERS.correlatorUrgent.name, BATCH)
  urgent(@Payload() deliveries: readonly Delivery<ObservedEvent>[]): Promise<Outcome> {
    return this.order.urgent(() => this.decide(deliveries));
  }

  /** The next batch is read while PostgreSQL still writes the one before it. */
  @EventPattern(CONSUMERS.correlatorNormal.name, { ...BATCH, concurrency: 2 })
  normal(@Payload() deliveries: readonly Delivery<ObservedEvent>[]): Promise<Outcome> {
    return this.order.normal(({ come, over }) => this.decide(deliveries, come, over));
  }

  private decide(
    deliveries: readonly Delivery<ObservedEvent>[],
    turn?: Promise<void>,
    onCommit?: () => void,
  ): Promise<Outcome> {
    return againWhenBack(async () => {
      const { outbox, frees } = await decideReports(
        this.database,
        deliveries,
        this.rules,
        () => new Date().toISOString(),
        turn,
      );
      onCommit?.();
      if (frees) this.due.lookNow();
      await this.outbox.publishCommitted(outbox);
      return done;
    });
  }
}
