import { Controller, Get, Inject, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries, type CommandAnswer } from '@gomon/contracts';
import { readRulesFile } from '@gomon/contracts/read-rules-file';
import { HttpProblem, parseInput, parseJsonBody } from '@gomon/service';
import { AccessGuard } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { Commands } from '../correlator/command.js';
import { given } from '../http/given.js';
import { noParameters } from '../http/query-parameters.js';
import { SCOPE } from '../tokens.js';
import {
  applyRulesBody,
  explainBody,
  listRulesParameters,
  rollBackBody,
  versionParameter,
} from './rules-bodies.js';

/** The rules in force, the versions before them, and what they would do. */
@Controller('api/v1/rules')
@UseGuards(AccessGuard)
export class RulesController {
  constructor(
    private readonly correlator: Correlator,
    private readonly commands: Commands,
    @Inject(SCOPE) private readonly scope: string,
  ) {}

  @Get()
  async inForce(@Req() request: FastifyRequest) {
    parseInput(request.query, noParameters);
    const { rules } = await this.correlator.ask(queries.getRules, {});
    if (rules !== null) return rules;
    throw new HttpProblem(404, 'Not found', {
      detail: 'No rules were ever applied: the default is in force.',
    });
  }

  @Get('versions')
  list(@Req() request: FastifyRequest) {
    return this.correlator.ask(queries.listRules, parseInput(request.query, listRulesParameters));
  }

  @Get('versions/:version')
  async one(@Req() request: FastifyRequest) {
    const { version } = parseInput(request.params, versionParameter);
    parseInput(request.query, noParameters);
    const { rules } = await this.correlator.ask(queries.getRules, { version });
    if (rules !== null) return rules;
    throw new HttpProblem(404, 'Not found', { detail: `There is no version ${version} of the rules.` });
  }

  @Get('usage')
  usage(@Req() request: FastifyRequest) {
    parseInput(request.query, noParameters);
    return this.correlator.ask(queries.ruleUsage, {});
  }

  /** Puts a text in force. Refused here already, so that each fault can be shown with its place. */
  @Put()
  async apply(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    parseInput(request.query, noParameters);
    const body = parseJsonBody(request.body, applyRulesBody);
    const read = readRulesFile(body.content);
    if (!read.ok) {
      const [first] = read.faults;
      throw new HttpProblem(400, 'The rules are refused', {
        detail:
          first === undefined
            ? 'They cannot be read.'
            : `Line ${first.line}, column ${first.column}: ${first.message}`,
        errors: read.faults.map(({ line, column, path, message }) => ({
          field: 'content',
          message: `${line}:${column}: ${path === '' ? '' : `${path}: `}${message}`,
        })),
        extensions: { faults: read.faults },
      });
    }
    return this.commands.send('gomon.command.v1.apply-rules', given(body), request, reply, inForceBy);
  }

  @Post('rollback')
  async rollBack(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    parseInput(request.query, noParameters);
    const body = given(parseJsonBody(request.body, rollBackBody));
    const answer = await this.commands.send(
      'gomon.command.v1.roll-back-rules',
      body,
      request,
      reply,
      inForceBy,
    );
    if (reply.statusCode === 201) reply.status(200);
    return answer;
  }

  @Post('explain')
  async explain(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    parseInput(request.query, noParameters);
    const { labels, source } = parseJsonBody(request.body, explainBody);
    const { explanation } = await this.correlator.ask(queries.explain, { labels, source, scope: this.scope });
    reply.status(200);
    return explanation;
  }
}

function inForceBy({ rules }: CommandAnswer): unknown {
  return rules;
}
