import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { noParameters } from '../http/query-parameters.js';

/** What alerts can be matched by. */
@Controller('api/v1/labels')
@UseGuards(AccessGuard)
export class LabelsController {
  constructor(private readonly correlator: Correlator) {}

  @Get()
  names(@Req() request: FastifyRequest) {
    parseInput(request.query, noParameters);
    return this.correlator.ask(queries.labelNames, {});
  }
}
