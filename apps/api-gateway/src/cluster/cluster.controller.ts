import { Controller, Get, Req, UseGuards } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { given } from '../http/given.js';
import { clusterHealthParameters } from '../http/query-parameters.js';

@Controller('api/v1/cluster')
@UseGuards(AccessGuard)
export class ClusterController {
  constructor(private readonly correlator: Correlator) {}

  @Get('health')
  health(@Req() request: FastifyRequest) {
    const question = parseInput(request.query, clusterHealthParameters);
    return this.correlator.ask(queries.clusterHealth, given(question));
  }
}
