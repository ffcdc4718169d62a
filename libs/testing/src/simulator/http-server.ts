import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListeningServer {
  readonly url: string;
  /** Cuts every connection. */
  stop(): Promise<void>;
}

/** Where a simulator listens. An error of `handle` is answered with 400. */
export async function listen(
  options: { readonly port?: number | undefined; readonly host?: string | undefined },
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<ListeningServer> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: String(error) }));
    });
  });
  const host = options.host ?? '127.0.0.1';
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, host, resolve);
  });
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src https: http:";

/** A file of a page, which loads nothing from elsewhere. */
export function sendAsset(response: ServerResponse, type: 'html' | 'css' | 'javascript', text: string): void {
  response
    .writeHead(200, {
      'content-type': `text/${type}; charset=utf-8`,
      'content-security-policy': CONTENT_SECURITY_POLICY,
    })
    .end(text);
}

export function sendJson(response: ServerResponse, value: unknown): void {
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(value));
}

/** Resolves as soon as `holds`; asked again with each change. */
export function untilChange(
  onChange: (listener: () => void) => () => void,
  holds: () => boolean,
): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (!holds()) return;
      forget();
      resolve();
    };
    const forget = onChange(check);
    check();
  });
}
