import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { queries, type DecidesBy } from '@gomon/contracts';
import { Nats, STREAMS } from '@gomon/messaging';
import { ClusterTopologies } from '../cluster/topology.js';
import { Database } from '../database/database.js';
import { RuleBook } from '../rules/rule-book.js';
import { readBoard } from './read-board.js';
import { readHistory, storedFromOf } from './read-history.js';
import { StoredEvents } from './stored-events.js';

/** Answers what was. One question at a time: whoever decides comes first. */
@Controller()
export class HistoryController {
  private turn: Promise<unknown> = Promise.resolve();
  private readonly decidesBy: DecidesBy;

  constructor(
    private readonly database: Database,
    private readonly nats: Nats,
    private readonly rules: RuleBook,
    private readonly topologies: ClusterTopologies,
  ) {
    this.decidesBy = { incidentProvider: rules.incidentProvider };
  }

  @MessagePattern(queries.readTopology.subject)
  topology(@Payload() query: unknown) {
    const { part } = queries.readTopology.query.parse(query);
    const parts = this.topologies.parts();
    return { topology: parts[part] ?? null, parts: parts.length };
  }

  @MessagePattern(queries.readHistory.subject)
  history(@Payload() query: unknown) {
    const question = queries.readHistory.query.parse(query);
    return this.inTurn(() => readHistory(this.database, this.nats, question, this.decidesBy));
  }

  @MessagePattern(queries.readBoard.subject)
  board(@Payload() query: unknown) {
    const { at } = queries.readBoard.query.parse(query);
    return this.inTurn(async () => {
      const first = await new StoredEvents(this.nats, STREAMS.observations.name).first();
      const [storedFrom, { quietAfterPersonMs }] = await Promise.all([
        storedFromOf(this.database, first),
        this.rules.inForce(this.database),
      ]);
      return { board: await readBoard(this.database, at, { storedFrom, quietAfterPersonMs }) };
    });
  }

  private inTurn<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}
