import type { FastifyReply, FastifyRequest } from 'fastify';

/** Points to the page behind this one (RFC 8288); `settled` is what the request left open, as this page was answered. */
export function linkNextPage(
  request: FastifyRequest,
  reply: FastifyReply,
  nextCursor: string | undefined,
  settled: Readonly<Record<string, string>> = {},
): void {
  if (nextCursor === undefined) return;
  const [path = '', search = ''] = request.url.split('?');
  const parameters = new URLSearchParams(search);
  for (const [name, value] of Object.entries({ ...settled, cursor: nextCursor })) parameters.set(name, value);
  void reply.header('link', `<${path}?${parameters.toString()}>; rel="next"`);
}
