import { randomUUID } from 'node:crypto';
import { Controller, Delete, Get, Inject, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { queries } from '@gomon/contracts';
import { PublishError, Publisher } from '@gomon/messaging';
import { HttpProblem, jsonOf, parseInput, parseJsonBody, traceparentOf } from '@gomon/service';
import { z } from 'zod';
import { AccessGuard, callerOf } from '../access/access.guard.js';
import { Correlator } from '../correlator/ask.js';
import { Commands, hash, idempotencyKey } from '../correlator/command.js';
import { linkNextPage } from '../correlator/next-page.js';
import { given, idParameter, listAlertsParameters, noParameters } from '../correlator/query-parameters.js';
import { SCOPE } from '../tokens.js';
import { postedAlert, postedAlerts, reportMessage } from './posted-alerts.js';

export const acknowledgeBody = z.strictObject({ note: z.string().min(1).max(4_000).optional() });
export const archiveParameters = z.strictObject({ reason: z.string().min(1).max(4_000).optional() });

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
    const { name } = callerOf(request);
    const alerts = alertsIn(jsonOf(request.body));
    const key = idempotencyKey(request);
    const id = key === undefined ? randomUUID() : `api.${hash([name, 'post-alerts', key])}`;
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
      if (error.reason === 'too-large') throw new HttpProblem(413, 'Too many alerts for one request');
      throw new HttpProblem(503, 'Nothing can be accepted at the moment', {
        detail: 'The stream does not answer. Nothing of this request counts: send it again.',
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

  /** Acknowledges the problem that the alert belongs to. */
  @Put(':id/acknowledge')
  async acknowledge(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    const { id } = parseInput(request.params, idParameter);
    const { note } = optionalBody(request, acknowledgeBody);
    const body = { target: { kind: 'alert' as const, id }, ...(note === undefined ? {} : { note }) };
    return this.commands.send(
      'gomon.command.v1.acknowledge-problem',
      body,
      request,
      reply,
      ({ alert }) => alert ?? null,
    );
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
    return this.commands.send(
      'gomon.command.v1.archive-alert',
      body,
      request,
      reply,
      ({ alert }) => alert ?? null,
    );
  }
}

/** One alert, or `{alerts: […]}`. */
function alertsIn(json: unknown) {
  if (typeof json === 'object' && json !== null && 'alerts' in json) {
    return parseInput(json, postedAlerts, 'The body does not fit').alerts;
  }
  return [parseInput(json, postedAlert, 'The body does not fit')];
}

export function optionalBody<Schema extends z.ZodType>(
  request: FastifyRequest,
  schema: Schema,
): z.output<Schema> {
  const { body } = request;
  return Buffer.isBuffer(body) && body.length > 0 ? parseJsonBody(body, schema) : schema.parse({});
}
