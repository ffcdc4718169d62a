import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ProblemEvent } from '@gomon/contracts';
import { again, CONSUMERS, describeError, type Delivery, type Outcome } from '@gomon/messaging';
import { SyncIncident } from './sync-incident.js';

const MANY = { concurrency: 64 };
const RETRY_MS = 2_000;

/** Takes facts off the stream: urgent ones by a way of their own. */
@Controller()
export class ProblemsController {
  constructor(private readonly sync: SyncIncident) {}

  @EventPattern(CONSUMERS.incidentsUrgent.name, MANY)
  urgent(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.bring(delivery);
  }

  @EventPattern(CONSUMERS.incidentsNormal.name, MANY)
  normal(@Payload() delivery: Delivery<ProblemEvent>): Promise<Outcome> {
    return this.bring(delivery);
  }

  /** Whatever goes wrong here is no fault of the fact: it is brought later, and never becomes a dead letter. */
  private async bring({ event, attempt }: Delivery<ProblemEvent>): Promise<Outcome> {
    try {
      return await this.sync.bring({ problem: event.data.problem, attempt });
    } catch (error) {
      return again(RETRY_MS, describeError(error));
    }
  }
}
