import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { AlertCommand, CommandAnswer, CommandEvent, RulesCommand, TokenCommand } from '@gomon/contracts';
import { CONSUMERS, done, Nats, type Delivery, type Outcome } from '@gomon/messaging';
import { againWhenBack } from '../database/again-when-back.js';
import { Database } from '../database/database.js';
import { Outbox } from '../outbox/outbox.js';
import { RuleBook } from '../rules/rule-book.js';
import { doRulesCommand } from '../rules/do-rules-command.js';
import { Due } from '../ticks/due.js';
import { doTokenCommand } from '../tokens/do-token-command.js';
import { decideCommands } from './decide-commands.js';

/** Does what people and gateways ask for, and answers whoever waits, after the commit. */
@Controller()
export class CommandsController {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly nats: Nats,
    private readonly rules: RuleBook,
    private readonly due: Due,
  ) {}

  @EventPattern(CONSUMERS.correlatorCommands.name, { batch: { max: 64, waitMs: 0 } })
  decide(@Payload() deliveries: readonly Delivery<CommandEvent>[]): Promise<Outcome> {
    return againWhenBack(async () => {
      const clock = () => new Date().toISOString();
      const events = deliveries.map(({ event }) => event);
      const apart = new Map([
        ...(await this.doAboutRules(events.filter(isAboutRules), clock)),
        ...(await this.doAboutTokens(events.filter(isAboutTokens), clock)),
      ]);
      const { outbox, answers, frees } = await decideCommands(
        this.database,
        events.filter(isAboutAlerts),
        this.rules,
        clock,
        new Map(deliveries.map(({ event, seq }) => [event.id, seq])),
      );
      if (frees || events.some(isAboutRules)) this.due.lookNow();
      for (const event of events) {
        const answer = apart.get(event.id) ?? answers.get(event.id);
        const { replyTo } = event.data;
        if (replyTo !== undefined && answer !== undefined) this.answer(replyTo, JSON.stringify(answer));
      }
      await this.outbox.publishCommitted(outbox);
      return done;
    });
  }

  private async doAboutRules(
    commands: readonly RulesCommand[],
    clock: () => string,
  ): Promise<ReadonlyMap<string, CommandAnswer>> {
    const answers = new Map<string, CommandAnswer>();
    for (const command of commands) {
      const { outcome, message, rules } = await doRulesCommand(this.database, command, this.rules, clock);
      answers.set(command.id, {
        commandId: command.id,
        outcome,
        message,
        ...(rules === undefined ? {} : { rules }),
      });
    }
    return answers;
  }

  private async doAboutTokens(
    commands: readonly TokenCommand[],
    clock: () => string,
  ): Promise<ReadonlyMap<string, CommandAnswer>> {
    const answers = new Map<string, CommandAnswer>();
    for (const command of commands)
      answers.set(command.id, await doTokenCommand(this.database, command, this.rules, clock));
    return answers;
  }

  /** Nobody may listen any more: the command is done all the same. */
  private answer(replyTo: string, answer: string): void {
    if (this.nats.isConnected()) this.nats.connection.publish(replyTo, answer);
  }
}

function isAboutRules(command: CommandEvent): command is RulesCommand {
  return (
    command.type === 'gomon.command.v1.apply-rules' || command.type === 'gomon.command.v1.roll-back-rules'
  );
}

function isAboutTokens(command: CommandEvent): command is TokenCommand {
  return command.type === 'gomon.command.v1.create-token' || command.type === 'gomon.command.v1.revoke-token';
}

function isAboutAlerts(command: CommandEvent): command is AlertCommand {
  return !isAboutRules(command) && !isAboutTokens(command);
}
