import { Controller, Delete, Get, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries, type CommandAnswer } from '@gomon/contracts';
import { HttpProblem, parseInput, parseJsonBody } from '@gomon/service';
import { Correlator } from '../correlator/ask.js';
import { optionalBody } from '../correlator/command-bodies.js';
import { Commands } from '../correlator/command.js';
import { noParameters } from '../http/query-parameters.js';
import { AccessGuard } from './access.guard.js';
import { createTokenBody, tokenParameter } from './token-bodies.js';
import { hashOfToken, newToken } from './tokens.js';

/** Tokens of the API. The secret of a new one is made here, and told to nobody but whoever asked for it. */
@Controller('api/v1/tokens')
@UseGuards(AccessGuard)
export class TokensController {
  constructor(
    private readonly correlator: Correlator,
    private readonly commands: Commands,
  ) {}

  @Get()
  list(@Req() request: FastifyRequest) {
    parseInput(request.query, noParameters);
    return this.correlator.ask(queries.listTokens, {});
  }

  @Post()
  async create(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    parseInput(request.query, noParameters);
    // Sent again, it would be another secret.
    if (request.headers['idempotency-key'] !== undefined) {
      throw new HttpProblem(400, 'The request does not fit', {
        detail: 'A token is made once: this takes no Idempotency-Key.',
        extensions: { errors: [{ field: 'Idempotency-Key', message: 'is not taken here' }] },
      });
    }
    const { name, role } = parseJsonBody(request.body, createTokenBody);
    const token = newToken();
    const created = { name, role, hash: hashOfToken(token) };
    return this.commands.send('gomon.command.v1.create-token', created, request, reply, (answer) =>
      answer.token === undefined ? undefined : { ...answer.token, token },
    );
  }

  @Delete(':name')
  revoke(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { name } = parseInput(request.params, tokenParameter);
    parseInput(request.query, noParameters);
    optionalBody(request, noParameters);
    return this.commands.send('gomon.command.v1.revoke-token', { name }, request, reply, tokenIn);
  }
}

function tokenIn({ token }: CommandAnswer): unknown {
  return token;
}
