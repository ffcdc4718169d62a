import { All, Controller, HttpStatus, Req, Res, UseGuards } from '@nestjs/common';
import { HttpProblem } from '@gomon/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessGuard } from '../access/access.guard.js';
import { ROUTES } from '../docs/routes.js';

/** Whatever is below the API and no route of it: 404, or 405 where another method would do. */
@Controller('api/v1')
@UseGuards(AccessGuard)
export class OtherRoutesController {
  @All('*')
  other(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    const path = request.url.split('?')[0] ?? '';
    const methods = methodsOf(path);
    if (methods.length === 0 || methods.includes(request.method)) {
      throw new HttpProblem(404, 'Not found', { detail: `There is no ${path} in this API: see /api/docs.` });
    }
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') {
      void reply.status(HttpStatus.NO_CONTENT).header('allow', allow);
      return;
    }
    throw new HttpProblem(405, 'Method not allowed', {
      detail: `${path} takes ${allow}.`,
      headers: { Allow: allow },
    });
  }
}

/** The methods of a path; who may GET may HEAD. */
function methodsOf(path: string): readonly string[] {
  return ROUTES.filter((route) => patternOf(route.path).test(path)).flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace('{id}', '[^/]+')}$`);
}
