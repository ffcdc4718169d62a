import {
  eventOf,
  queries,
  type Actor,
  type CommandEvent,
  type ProblemChange,
  type ProblemView,
  type Told,
  type WhyAlert,
} from '@gomon/contracts';
import { QueryError, sendQuery, type Publisher } from '@gomon/messaging';
import type { ClientProxy } from '@nestjs/microservices';
import type { Posted } from '../claim/claim.js';

const US: Actor = { kind: 'system', id: 'slack-gateway' };
const PUBLISH_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 5_000;
/** What is asked only to say no more than needed: nobody is told late for it. */
const PRESENT_TIMEOUT_MS = 1_000;

/** The record of what was told, which the correlator keeps. */
export class Record {
  constructor(
    private readonly publisher: Publisher,
    private readonly queries: Pick<ClientProxy, 'send'>,
  ) {}

  /** @throws PublishError */
  async told(
    problemId: string,
    { channel, channelId, ts, version, announced = version, digested = version }: Posted,
  ): Promise<void> {
    const at = new Date().toISOString();
    const told: Told = { receiver: 'slack', channel, channelId, ts, version, announced, digested, at };
    await this.send(`told.${problemId}.${version}.${ts}`, {
      actor: US,
      problemId,
      outcome: { kind: 'told', told },
    });
  }

  /** @throws PublishError */
  async failed(problem: ProblemView, channel: string, reason: string): Promise<void> {
    const at = new Date().toISOString();
    const outcome = {
      kind: 'failed',
      receiver: 'slack',
      channel,
      version: problem.version,
      at,
      reason,
    } as const;
    await this.send(`failed.${problem.id}.${problem.version}.${channel}.${reason}`, {
      actor: US,
      problemId: problem.id,
      outcome,
    });
  }

  /** Where a problem was told, as PostgreSQL knows it. @throws QueryError */
  async toldOf(problemId: string): Promise<Told | undefined> {
    return (await this.problemOf(problemId))?.told.find(({ receiver }) => receiver === 'slack');
  }

  /** A problem as it is now. @throws QueryError */
  async problemOf(problemId: string): Promise<ProblemView | undefined> {
    return (await this.find(problemId, QUERY_TIMEOUT_MS))?.problem;
  }

  /** A problem as it is now, and whom it is told to; undefined: the correlator does not know it, or does not answer. */
  async present(problemId: string): Promise<ProblemChange | undefined> {
    try {
      return await this.find(problemId, PRESENT_TIMEOUT_MS);
    } catch (error) {
      if (error instanceof QueryError) return undefined;
      throw error;
    }
  }

  /** Everything that was decided about the primary alert of a problem. @throws QueryError */
  async whyOf(problemId: string): Promise<WhyAlert | undefined> {
    const problem = await this.problemOf(problemId);
    if (problem === undefined) return undefined;
    const question = { id: problem.primary.alertId };
    const { why } = await sendQuery(this.queries, queries.why, question, { timeoutMs: QUERY_TIMEOUT_MS });
    return why ?? undefined;
  }

  private async find(id: string, timeoutMs: number): Promise<ProblemChange | undefined> {
    const { found } = await sendQuery(this.queries, queries.getProblem, { id }, { timeoutMs });
    return found ?? undefined;
  }

  private async send(
    id: string,
    data: Extract<CommandEvent, { type: 'gomon.command.v1.record-told' }>['data'],
  ): Promise<void> {
    const event = eventOf('gomon.command.v1.record-told', data, {
      id,
      source: 'gomon/slack-gateway',
      time: new Date(),
    });
    await this.publisher.publish({ subject: event.type, id, event, timeoutMs: PUBLISH_TIMEOUT_MS });
  }
}
