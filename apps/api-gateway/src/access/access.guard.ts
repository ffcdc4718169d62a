import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Tokens, type Caller } from './tokens.js';

const callers = new WeakMap<FastifyRequest, Caller>();

/** Lets in who has a token. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly tokens: Tokens) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    callers.set(request, await this.tokens.callerOf(request));
    return true;
  }
}

/** Who made a request that the guard let in. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (caller === undefined) throw new Error('this route has no guard');
  return caller;
}
