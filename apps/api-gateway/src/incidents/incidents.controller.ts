import { Controller, Get, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { given } from '../http/given.js';
import { linkNextPage } from '../http/next-page.js';
import { idParameter, listIncidentsParameters, noParameters } from '../http/query-parameters.js';

@Controller('api/v1/incidents')
@UseGuards(AccessGuard)
export class IncidentsController {
  constructor(private readonly correlator: Correlator) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const question = parseInput(request.query, listIncidentsParameters);
    const answer = await this.correlator.ask(queries.listIncidents, given(question));
    linkNextPage(request, reply, answer.nextCursor);
    return answer;
  }

  @Get(':id')
  async one(@Req() request: FastifyRequest) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const { incident } = await this.correlator.ask(queries.getIncident, { id });
    if (incident === null) throw new HttpProblem(404, 'Not found', { detail: `There is no incident ${id}.` });
    return incident;
  }
}
