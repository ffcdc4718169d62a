import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { AccessGuard, callerOf } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { given } from '../http/given.js';
import { linkNextPage } from '../http/next-page.js';
import { boardParameters, historyParameters, topologyParameters } from './history-parameters.js';

/** What was, and what it was decided on. */
@Controller('api/v1')
@UseGuards(AccessGuard)
export class HistoryController {
  constructor(private readonly correlator: Correlator) {}

  /** What came in as it came in: more than a viewer is shown. */
  @Get('history')
  async history(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    refuseViewers(request);
    const { until = new Date().toISOString(), ...asked } = parseInput(request.query, historyParameters);
    const answer = await this.correlator.ask(queries.readHistory, given({ ...asked, until }));
    if (asked.problemId !== undefined && answer.gone > 0) {
      throw new HttpProblem(410, 'No longer stored', {
        detail: `${answer.gone} of the reports and commands of problem ${asked.problemId} are no longer in their stream.`,
        extensions: { gone: answer.gone, ...given({ storedFrom: answer.storedFrom }) },
      });
    }
    // The next page is of the same time, however much was decided meanwhile.
    linkNextPage(request, reply, answer.nextCursor, { until });
    return answer;
  }

  @Get('cluster/topology')
  topology(@Req() request: FastifyRequest) {
    refuseViewers(request);
    return this.correlator.ask(queries.readTopology, parseInput(request.query, topologyParameters));
  }

  @Get('board')
  async board(@Req() request: FastifyRequest) {
    const { at } = parseInput(request.query, boardParameters);
    if (at > new Date().toISOString()) {
      throw new HttpProblem(400, 'The request does not fit', {
        errors: [{ field: 'at', message: 'is a time that has not come yet' }],
      });
    }
    return (await this.correlator.ask(queries.readBoard, { at })).board;
  }
}

function refuseViewers(request: FastifyRequest): void {
  const { name, role } = callerOf(request);
  if (role !== 'viewer') return;
  throw new HttpProblem(403, 'Forbidden', {
    detail: `The token ${name} only reads, and not what came in as it came in.`,
  });
}
