import { Controller, Get, HttpCode, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries, type CommandAnswer } from '@gomon/contracts';
import { HttpProblem, parseInput } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import {
  aboutTarget,
  assignBody,
  levelBody,
  mergeBody,
  moveBody,
  noteBody,
  reasonBody,
  resolveBody,
  splitBody,
  textBody,
} from '../correlator/command-bodies.js';
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
  acknowledge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', noteBody);
    return this.commands.send('gomon.command.v1.acknowledge-problem', body, request, reply, problemIn);
  }

  @Put(':id/unacknowledge')
  unacknowledge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', noteBody);
    return this.commands.send('gomon.command.v1.unacknowledge-problem', body, request, reply, problemIn);
  }

  @Put(':id/escalate')
  escalate(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', levelBody);
    return this.commands.send('gomon.command.v1.escalate-problem', body, request, reply, problemIn);
  }

  @Put(':id/deescalate')
  deescalate(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', levelBody);
    return this.commands.send('gomon.command.v1.deescalate-problem', body, request, reply, problemIn);
  }

  @Put(':id/assign')
  assign(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', assignBody);
    return this.commands.send('gomon.command.v1.assign-problem', body, request, reply, problemIn);
  }

  @Put(':id/incident')
  openIncident(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', noteBody);
    return this.commands.send('gomon.command.v1.open-incident', body, request, reply, problemIn);
  }

  @Put(':id/resolve')
  resolve(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', resolveBody);
    return this.commands.send('gomon.command.v1.resolve-problem', body, request, reply, problemIn);
  }

  @Put(':id/reopen')
  reopen(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', reasonBody);
    return this.commands.send('gomon.command.v1.reopen-problem', body, request, reply, problemIn);
  }

  @Post(':id/merge')
  @HttpCode(200)
  merge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', mergeBody);
    return this.commands.send('gomon.command.v1.merge-problems', body, request, reply, problemIn);
  }

  @Post(':id/split')
  @HttpCode(200)
  split(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', splitBody);
    return this.commands.send('gomon.command.v1.split-problem', body, request, reply, problemIn);
  }

  @Post(':id/move')
  @HttpCode(200)
  move(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', moveBody);
    return this.commands.send('gomon.command.v1.move-alerts', body, request, reply, problemIn);
  }

  @Post(':id/notes')
  @HttpCode(200)
  note(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'problem', textBody);
    return this.commands.send('gomon.command.v1.add-note', body, request, reply, problemIn);
  }
}

function problemIn({ problem }: CommandAnswer): unknown {
  return problem;
}
