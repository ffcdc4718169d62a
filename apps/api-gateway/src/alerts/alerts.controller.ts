import { Controller, Delete, Get, HttpCode, Inject, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries, type CommandAnswer } from '@gomon/contracts';
import { PublishError, Publisher } from '@gomon/messaging';
import { HttpProblem, jsonOf, parseInput, traceparentOf } from '@gomon/service';
import { AccessGuard, callerOf } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import {
  aboutTarget,
  archiveParameters,
  assignBody,
  levelBody,
  noteBody,
  optionalBody,
  textBody,
} from '../correlator/command-bodies.js';
import { Commands } from '../correlator/command.js';
import { given } from '../http/given.js';
import { idOfRequest } from '../http/idempotency.js';
import { linkNextPage } from '../http/next-page.js';
import { idParameter, listAlertsParameters, noParameters } from '../http/query-parameters.js';
import { SCOPE } from '../tokens.js';
import { postedAlert, postedAlerts, reportMessage } from './posted-alerts.js';

const PUBLISH_TIMEOUT_MS = 2_000;
const RETRY_AFTER_S = 5;

@Controller('api/v1/alerts')
@UseGuards(AccessGuard)
export class AlertsController {
  constructor(
    private readonly correlator: Correlator,
    private readonly commands: Commands,
    private readonly publisher: Publisher,
    @Inject(SCOPE) private readonly scope: string,
  ) {}

  /** 202 once the stream has the report: on disk, and to be decided. */
  @Post()
  async post(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { name, role } = callerOf(request);
    if (role === 'viewer') {
      throw new HttpProblem(403, 'Forbidden', { detail: `The token ${name} only reads.` });
    }
    parseInput(request.query, noParameters);
    const alerts = alertsIn(jsonOf(request.body));
    const id = idOfRequest(request, name);
    const about = {
      id,
      name,
      scope: this.scope,
      now: new Date(),
      traceparent: traceparentOf(request.headers),
    };
    try {
      await this.publisher.publish({ ...reportMessage(alerts, about), timeoutMs: PUBLISH_TIMEOUT_MS });
    } catch (error) {
      if (!(error instanceof PublishError)) throw error;
      if (error.reason === 'too-large') {
        throw new HttpProblem(413, 'Too large for one report', {
          detail: 'Post fewer alerts at once: all of a request travels as one message.',
        });
      }
      throw new HttpProblem(503, 'Nothing can be accepted at the moment', {
        detail: 'Send it again, with the same Idempotency-Key if it has one: it may have been stored.',
        retryAfterS: RETRY_AFTER_S,
      });
    }
    reply.status(202);
    return { reportId: id, accepted: alerts.length };
  }

  @Get()
  async list(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const question = parseInput(request.query, listAlertsParameters);
    const page = await this.correlator.ask(queries.listAlerts, given(question));
    linkNextPage(request, reply, page.nextCursor);
    return page;
  }

  @Get(':id')
  async one(@Req() request: FastifyRequest) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const { alert } = await this.correlator.ask(queries.getAlert, { id });
    if (alert === null) throw new HttpProblem(404, 'Not found', { detail: `There is no alert ${id}.` });
    return alert;
  }

  /** Everything that was decided about it. */
  @Get(':id/why')
  async why(@Req() request: FastifyRequest) {
    const { id } = parseInput(request.params, idParameter);
    parseInput(request.query, noParameters);
    const { why } = await this.correlator.ask(queries.why, { id });
    if (why === null) throw new HttpProblem(404, 'Not found', { detail: `There is no alert ${id}.` });
    return why;
  }

  /** Acknowledges the problem that the alert belongs to. */
  @Put(':id/acknowledge')
  acknowledge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'alert', noteBody);
    return this.commands.send('gomon.command.v1.acknowledge-problem', body, request, reply, alertIn);
  }

  /** Escalates the problem that the alert belongs to. */
  @Put(':id/escalate')
  escalate(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'alert', levelBody);
    return this.commands.send('gomon.command.v1.escalate-problem', body, request, reply, alertIn);
  }

  /** Assigns the problem that the alert belongs to. */
  @Put(':id/assign')
  assign(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'alert', assignBody);
    return this.commands.send('gomon.command.v1.assign-problem', body, request, reply, alertIn);
  }

  /** Notes something on the problem that the alert belongs to. */
  @Post(':id/notes')
  @HttpCode(200)
  note(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const body = aboutTarget(request, 'alert', textBody);
    return this.commands.send('gomon.command.v1.add-note', body, request, reply, alertIn);
  }

  /** Moves the alert to the archive. */
  @Delete(':id')
  async archive(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    const { reason } = {
      ...parseInput(request.query, archiveParameters),
      ...optionalBody(request, archiveParameters),
    };
    const body = { alertId: id, reason: reason ?? `archived by ${callerOf(request).name}` };
    return this.commands.send('gomon.command.v1.archive-alert', body, request, reply, alertIn);
  }
}

function alertIn({ alert }: CommandAnswer): unknown {
  return alert;
}

/** One alert, or `{alerts: […]}`. */
function alertsIn(json: unknown) {
  if (typeof json === 'object' && json !== null && 'alerts' in json) {
    return parseInput(json, postedAlerts, 'The body does not fit').alerts;
  }
  return [parseInput(json, postedAlert, 'The body does not fit')];
}
