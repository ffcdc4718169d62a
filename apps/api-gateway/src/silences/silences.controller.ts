import { Controller, Delete, Get, HttpCode, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries, silence as silenceSchema, type CommandAnswer } from '@gomon/contracts';
import { HttpProblem, parseInput, parseJsonBody } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { optionalBody, reasonBody } from '../correlator/command-bodies.js';
import { Commands } from '../correlator/command.js';
import { given } from '../http/given.js';
import { linkNextPage } from '../http/next-page.js';
import { idParameter, noParameters } from '../http/query-parameters.js';
import {
  createSilenceBody,
  listSilencesParameters,
  previewBody,
  updateSilenceBody,
} from './silence-bodies.js';

/** What is not told: silences, snoozes of one alert, and maintenance windows. */
@Controller('api/v1/silences')
@UseGuards(AccessGuard)
export class SilencesController {
  constructor(
    private readonly correlator: Correlator,
    private readonly commands: Commands,
  ) {}

  @Get()
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const question = parseInput(request.query, listSilencesParameters);
    const page = await this.correlator.ask(queries.listSilences, given(question));
    linkNextPage(request, reply, page.nextCursor);
    return page;
  }

  @Get(':id')
  async one(@Req() request: FastifyRequest) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const { silence } = await this.correlator.ask(queries.getSilence, { id });
    if (silence === null) throw new HttpProblem(404, 'Not found', { detail: `There is no silence ${id}.` });
    return silence;
  }

  @Post()
  async create(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    parseInput(request.query, noParameters);
    const { alert, problem, duration, ...rest } = parseJsonBody(request.body, createSilenceBody);
    const id = alert ?? problem;
    const target =
      id === undefined
        ? undefined
        : { kind: alert === undefined ? ('problem' as const) : ('alert' as const), id };
    const terms = given({ ...rest, forMs: duration, target });
    return this.lookedAt(
      await this.commands.send('gomon.command.v1.create-silence', terms, request, reply, silenceIn),
    );
  }

  @Post('preview')
  @HttpCode(200)
  async preview(@Req() request: FastifyRequest) {
    parseInput(request.query, noParameters);
    const { matchers } = parseJsonBody(request.body, previewBody);
    return (await this.correlator.ask(queries.previewSilence, { matchers })).preview;
  }

  @Put(':id')
  async update(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id: silenceId } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const terms = given({ ...parseJsonBody(request.body, updateSilenceBody), silenceId });
    return this.lookedAt(
      await this.commands.send('gomon.command.v1.update-silence', terms, request, reply, silenceIn),
    );
  }

  @Delete(':id')
  expire(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id: silenceId } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const body = given({ ...optionalBody(request, reasonBody), silenceId });
    return this.commands.send('gomon.command.v1.expire-silence', body, request, reply, silenceIn);
  }

  /** A silence that was made or changed, with what it mutes and what one should know of it. */
  private async lookedAt(answer: unknown): Promise<unknown> {
    const done = silenceSchema.safeParse(answer);
    if (!done.success) return answer;
    // It is done, whether or not it can be looked at.
    const looked = await this.correlator.ask(queries.getSilence, { id: done.data.id }).catch(() => undefined);
    return looked?.silence ?? answer;
  }
}

function silenceIn({ silence }: CommandAnswer): unknown {
  return silence;
}
