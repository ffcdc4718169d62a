import { Controller, Get, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { acknowledgeBody, optionalBody, resolveBody } from '../correlator/command-bodies.js';
import { Commands } from '../correlator/command.js';
import { given } from '../http/given.js';
import { linkNextPage } from '../http/next-page.js';
import { idParameter, listProblemsParameters, noParameters } from '../http/query-parameters.js';

@Controller('api/v1/problems')
@UseGuards(AccessGuard)
export class ProblemsController {
  constructor(
    private readonly correlator: Correlator,
    private readonly commands: Commands,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const question = parseInput(request.query, listProblemsParameters);
    const { items, nextCursor } = await this.correlator.ask(queries.listProblems, given(question));
    linkNextPage(request, reply, nextCursor);
    return {
      items: items.map(({ problem }) => problem),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    };
  }

  @Get(':id')
  async one(@Req() request: FastifyRequest) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const { found } = await this.correlator.ask(queries.getProblem, { id });
    if (found === null) throw new HttpProblem(404, 'Not found', { detail: `There is no problem ${id}.` });
    return found.problem;
  }

  @Put(':id/acknowledge')
  async acknowledge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const body = {
      target: { kind: 'problem' as const, id },
      ...given(optionalBody(request, acknowledgeBody)),
    };
    return this.commands.send(
      'gomon.command.v1.acknowledge-problem',
      body,
      request,
      reply,
      ({ problem }) => problem,
    );
  }

  @Put(':id/incident')
  async openIncident(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const body = {
      target: { kind: 'problem' as const, id },
      ...given(optionalBody(request, acknowledgeBody)),
    };
    return this.commands.send(
      'gomon.command.v1.open-incident',
      body,
      request,
      reply,
      ({ problem }) => problem,
    );
  }

  @Put(':id/resolve')
  async resolve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const body = { target: { kind: 'problem' as const, id }, ...given(optionalBody(request, resolveBody)) };
    return this.commands.send(
      'gomon.command.v1.resolve-problem',
      body,
      request,
      reply,
      ({ problem }) => problem,
    );
  }
}
