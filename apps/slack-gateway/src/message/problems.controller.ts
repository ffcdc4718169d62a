import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ProblemEvent } from '@gomon/contracts';
import { again, CONSUMERS, describeError, type Delivery, type Outcome } from '@gomon/messaging';
import { TellProblem } from './tell-problem.js';

/** Many problems are told at once; those of one problem one after the other. */
const MANY = { concurrency: 64 };
const RETRY_MS = 2_000;

/** Takes facts off the stream: urgent ones, and first ones, by ways of their own. */
@Controller()
export class ProblemsController {
  constructor(private readonly teller: TellProblem) {}

  @EventPattern(CONSUMERS.slackOpenedUrgent.name, MANY)
  urgent(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.tell(delivery);
  }

  @EventPattern(CONSUMERS.slackOpenedNormal.name, MANY)
  normal(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.tell(delivery);
  }

  @EventPattern(CONSUMERS.slackChangedUrgent.name, MANY)
  urgentChange(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.tell(delivery);
  }

  @EventPattern(CONSUMERS.slackChangedNormal.name, MANY)
  normalChange(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.tell(delivery);
  }

  /** Whatever goes wrong here is no fault of the fact: it is told later, and never becomes a dead letter. */
  private async tell({ event, attempt }: Delivery<ProblemEvent>): Promise<Outcome> {
    try {
      return await this.teller.tell({ ...event.data, attempt });
    } catch (error) {
      return again(RETRY_MS, describeError(error));
    }
  }
}
