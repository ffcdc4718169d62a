import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../log/logger.js';
import { HttpProblem, problemBody, titleOf } from './problem.js';

const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Every error leaves as problem details; what is our own fault leaves without its inner workings and is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { status, body, headers } = this.answerTo(error, request);
    if (reply.sent) return;
    void reply
      .status(status)
      .headers(headers)
      .header('content-type', PROBLEM_TYPE)
      .header('cache-control', 'no-store')
      .send(JSON.stringify(body));
  }

  private answerTo(error: unknown, request: FastifyRequest) {
    if (error instanceof HttpProblem) {
      return { status: error.getStatus(), body: error.body(), headers: error.headers };
    }
    const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
    if (status < 500) {
      const detail = error instanceof Error ? error.message : undefined;
      const body = problemBody(status, titleOf(status), detail === undefined ? {} : { detail });
      return { status, body, headers: {} };
    }
    this.log.error(
      { err: error, method: request.method, path: request.url.split('?')[0] },
      'a request failed',
    );
    return { status, body: problemBody(status, titleOf(status)), headers: {} };
  }
}

/** Fastify's own errors (too large, wrong type) carry their status. */
function statusOf(error: unknown): number {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return 500;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : 500;
}

/** What Fastify refuses before there is a route (a path that cannot be decoded): problem details as well. */
export function answerFrameworkError(error: Error, _request: unknown, reply: FastifyReply): void {
  const status = statusOf(error);
  void reply
    .status(status)
    .header('content-type', PROBLEM_TYPE)
    .header('cache-control', 'no-store')
    .send(JSON.stringify(problemBody(status, titleOf(status), { detail: error.message })));
}
