import { Controller, HttpCode, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Reception } from './receive.js';

export const GRAFANA = Symbol('grafana');
export const ALERTMANAGER = Symbol('alertmanager');

/** The front doors. Grafana can be set to PUT as well. */
@Controller('webhooks')
export class WebhooksController {
  constructor(
    @Inject(GRAFANA) private readonly fromGrafana: Reception,
    @Inject(ALERTMANAGER) private readonly fromAlertmanager: Reception,
  ) {}

  @Post('grafana')
  @HttpCode(200)
  grafana(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(this.fromGrafana, request, reply);
  }

  @Put('grafana')
  grafanaByPut(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(this.fromGrafana, request, reply);
  }

  @Post('alertmanager')
  @HttpCode(200)
  alertmanager(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply) {
    return answer(this.fromAlertmanager, request, reply);
  }
}

async function answer(reception: Reception, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const path = request.url.split('?')[0] ?? request.url;
  const { status, body } = await reception.receive({ headers: request.headers, body: request.body, path });
  reply.status(status);
  return body;
}
