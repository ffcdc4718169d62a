import { Controller, Get, Header, Inject } from '@nestjs/common';
import { DOCUMENT } from '../tokens.js';
import { docsPage, docsStyle } from './docs-page.js';
import type { OpenApiDocument } from './openapi.js';

/** Nothing but our own style sheet. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The documentation of the API, for people and for tools; without a token. */
@Controller('api/docs')
export class DocsController {
  constructor(@Inject(DOCUMENT) private readonly document: OpenApiDocument) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', CONTENT_SECURITY_POLICY)
  @Header('x-content-type-options', 'nosniff')
  page(): string {
    return docsPage(this.document);
  }

  @Get('style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return docsStyle;
  }

  @Get('openapi.json')
  openApi(): OpenApiDocument {
    return this.document;
  }
}
