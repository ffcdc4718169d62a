import { Controller, Get, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { z } from 'zod';
import { AccessGuard } from '../access/access.guard.js';
import { acknowledgeBody, optionalBody } from '../alerts/alerts.controller.js';
import { Correlator } from '../correlator/ask.js';
import { Commands } from '../correlator/command.js';
import { linkNextPage } from '../correlator/next-page.js';
import { given, idParameter, listProblemsParameters, noParameters } from '../correlator/query-parameters.js';

export const resolveBody = z.strictObject({ reason: z.string().min(1).max(4_000).optional() });

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
    const { note } = optionalBody(request, acknowledgeBody);
    const body = { target: { kind: 'problem' as const, id }, ...(note === undefined ? {} : { note }) };
    return this.commands.send(
      'gomon.command.v1.acknowledge-problem',
      body,
      request,
      reply,
      ({ problem }) => problem ?? null,
    );
  }

  @Put(':id/resolve')
  async resolve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    const { reason } = optionalBody(request, resolveBody);
    const body = { target: { kind: 'problem' as const, id }, ...(reason === undefined ? {} : { reason }) };
    return this.commands.send(
      'gomon.command.v1.resolve-problem',
      body,
      request,
      reply,
      ({ problem }) => problem ?? null,
    );
  }
}
