import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { given } from '../http/given.js';
import { ledgerParameters } from '../http/query-parameters.js';

@Controller('api/v1/ledger')
@UseGuards(AccessGuard)
export class LedgerController {
  constructor(private readonly correlator: Correlator) {}

  /** What became of everything accepted; with `reportId`, of each alert of a delivery. */
  @Get()
  async ledger(@Req() request: FastifyRequest) {
    const question = parseInput(request.query, ledgerParameters);
    const answer = await this.correlator.ask(queries.ledger, given(question));
    if (answer.report !== null) return answer;
    throw new HttpProblem(404, 'Not found', {
      detail: `No report ${question.reportId ?? ''} is decided (yet): it may be in flight.`,
    });
  }
}
