import { Controller, Get, Header, Inject } from '@nestjs/common';
import { DOCUMENT } from '../tokens.js';
import { docsPage, docsStyle } from './docs-page.js';

/** The documentation of the API, for people and for tools; without a token. */
@Controller('api/docs')
export class DocsController {
  constructor(@Inject(DOCUMENT) private readonly document: Record<string, unknown>) {}

  @Get()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', "default-src 'none'; style-src 'self'")
  page(): string {
    return docsPage(this.document);
  }

  @Get('style.css')
  @Header('content-type', 'text/css; charset=utf-8')
  style(): string {
    return docsStyle;
  }

  @Get('openapi.json')
  openApi(): Record<string, unknown> {
    return this.document;
  }
}
