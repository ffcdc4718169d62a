import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { ClusterHealthEvent } from '@gomon/contracts';
import { CONSUMERS, done, type Delivery, type Outcome } from '@gomon/messaging';
import { againWhenBack } from '../database/again-when-back.js';
import { Database } from '../database/database.js';
import { recordClusterHealth } from './cluster-health.js';

/** Keeps what watchers tell of their clusters. */
@Controller()
export class ClusterController {
  constructor(private readonly database: Database) {}

  @EventPattern(CONSUMERS.correlatorCluster.name)
  health(@Payload() { event }: Delivery<ClusterHealthEvent>): Promise<Outcome> {
    return againWhenBack(async () => {
      await recordClusterHealth(this.database, event.data);
      return done;
    });
  }
}
