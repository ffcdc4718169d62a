import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { CommandEvent } from '@gomon/contracts';
import { CONSUMERS, done, Nats, type Delivery, type Outcome } from '@gomon/messaging';
import { againWhenBack } from '../database/again-when-back.js';
import { Database } from '../database/database.js';
import type { Rules } from '../decide/rules.js';
import { Outbox } from '../outbox/outbox.js';
import { RULES } from '../tokens.js';
import { decideCommands } from './decide-commands.js';

/** Does what people and gateways ask for, and answers whoever waits, after the commit. */
@Controller()
export class CommandsController {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly nats: Nats,
    @Inject(RULES) private readonly rules: Rules,
  ) {}

  @EventPattern(CONSUMERS.correlatorCommands.name, { batch: { max: 64, waitMs: 0 } })
  decide(@Payload() deliveries: readonly Delivery<CommandEvent>[]): Promise<Outcome> {
    return againWhenBack(async () => {
      const clock = () => new Date().toISOString();
      const { outbox, answers } = await decideCommands(this.database, deliveries, this.rules, clock);
      for (const { event } of deliveries) {
        const answer = answers.get(event.id);
        const { replyTo } = event.data;
        if (replyTo !== undefined && answer !== undefined) this.answer(replyTo, JSON.stringify(answer));
      }
      await this.outbox.publishCommitted(outbox);
      return done;
    });
  }

  /** Nobody may listen any more: the command is done all the same. */
  private answer(replyTo: string, answer: string): void {
    if (this.nats.isConnected()) this.nats.connection.publish(replyTo, answer);
  }
}
