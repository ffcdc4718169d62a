import { createHash } from 'node:crypto';
import {
  eventOf,
  queries,
  type Actor,
  type CommandEvent,
  type Incident,
  type ProblemView,
} from '@gomon/contracts';
import { sendQuery, type Publisher } from '@gomon/messaging';
import type { ClientProxy } from '@nestjs/microservices';
import type { Linked } from './claim.js';

type Outcome = Extract<CommandEvent, { type: 'gomon.command.v1.record-incident' }>['data']['outcome'];

const US: Actor = { kind: 'system', id: 'incident-sync' };
const PUBLISH_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;

/** The record of incidents in Opsgenie, which the correlator keeps. */
export class Record {
  constructor(
    private readonly publisher: Publisher,
    private readonly queries: Pick<ClientProxy, 'send'>,
    private readonly webUrl: string,
  ) {}

  /** @throws PublishError */
  async linked(problem: ProblemView, incident: Incident, claim: Linked): Promise<void> {
    const { opsgenieIncidentId, providerStatus } = claim;
    const linked = {
      opsgenieIncidentId,
      externalUrl: this.urlOf(opsgenieIncidentId),
      providerStatus,
      at: new Date().toISOString(),
    };
    await this.send(
      `incident.${incident.id}.${claim.version}.${providerStatus}.${opsgenieIncidentId}`,
      problem.id,
      {
        kind: 'linked',
        linked,
      },
    );
  }

  /** Where a person opens an incident. */
  urlOf(opsgenieIncidentId: string): string {
    return `${this.webUrl}/incident/detail/${encodeURIComponent(opsgenieIncidentId)}`;
  }

  /** @throws PublishError */
  async failed(problem: ProblemView, incident: Incident, reason: string): Promise<void> {
    if (incident.failure?.reason === reason) return;
    const hash = createHash('sha256').update(reason).digest('hex').slice(0, 16);
    await this.send(`incident-failed.${incident.id}.${problem.version}.${hash}`, problem.id, {
      kind: 'failed',
      at: new Date().toISOString(),
      reason,
    });
  }

  /** The problem as PostgreSQL has it now. @throws QueryError */
  async present(problemId: string): Promise<ProblemView | undefined> {
    const question = { id: problemId };
    const { found } = await sendQuery(this.queries, queries.getProblem, question, {
      timeoutMs: QUERY_TIMEOUT_MS,
    });
    return found?.problem;
  }

  private async send(id: string, problemId: string, outcome: Outcome): Promise<void> {
    const event = eventOf(
      'gomon.command.v1.record-incident',
      { actor: US, problemId, outcome },
      { id, source: 'gomon/incident-sync', time: new Date() },
    );
    await this.publisher.publish({ subject: event.type, id, event, timeoutMs: PUBLISH_TIMEOUT_MS });
  }
}
