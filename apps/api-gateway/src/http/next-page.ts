import type { FastifyReply, FastifyRequest } from 'fastify';

/** Points to the page behind this one (RFC 8288). */
export function linkNextPage(
  request: FastifyRequest,
  reply: FastifyReply,
  nextCursor: string | undefined,
): void {
  if (nextCursor === undefined) return;
  const [path = '', search = ''] = request.url.split('?');
  const parameters = new URLSearchParams(search);
  parameters.set('cursor', nextCursor);
  void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
}
