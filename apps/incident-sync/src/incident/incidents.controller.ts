import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { IncidentChangedEvent } from '@gomon/contracts';
import { again, CONSUMERS, describeError, type Delivery, type Outcome } from '@gomon/messaging';
import { SyncIncident } from './sync-incident.js';

const MANY = { concurrency: 64 };
const RETRY_MS = 2_000;

/** Takes what changes about incidents off the stream. */
@Controller()
export class IncidentsController {
  constructor(private readonly sync: SyncIncident) {}

  /** Whatever goes wrong here is no fault of the fact: it is brought later, and never becomes a dead letter. */
  @EventPattern(CONSUMERS.incidents.name, MANY)
  async changed(@Payload() { event, attempt }: Delivery<IncidentChangedEvent>): Promise<Outcome> {
    try {
      return await this.sync.bring({ problem: event.data.problem, attempt });
    } catch (error) {
      return again(RETRY_MS, describeError(error));
    }
  }
}
