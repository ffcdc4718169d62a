import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';

/** What is wrong with one field of a request. */
export interface FieldError {
  /** Where, e.g. `alerts[2].labels`. */
  readonly field: string;
  readonly message: string;
}

export interface ProblemDetails {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  readonly retryAfterS?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** More members of the body. */
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** An answer that is an error, as problem details (RFC 9457). */
export class HttpProblem extends HttpException {
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, title: string, details: ProblemDetails = {}) {
    super(problemBody(status, title, details), status);
    this.headers = {
      ...(details.retryAfterS === undefined
        ? {}
        : { 'Retry-After': String(Math.max(1, Math.ceil(details.retryAfterS))) }),
      ...details.headers,
    };
  }

  body(): Readonly<Record<string, unknown>> {
    const body = this.getResponse();
    return typeof body === 'string' ? { title: body } : (body as Record<string, unknown>);
  }
}

export function problemBody(
  status: number,
  title: string,
  { detail, errors, extensions }: ProblemDetails = {},
): Record<string, unknown> {
  return {
    type: 'about:blank',
    title,
    status,
    ...(detail === undefined ? {} : { detail }),
    ...(errors === undefined ? {} : { errors }),
    ...extensions,
  };
}

/** The standard title of a status. */
export function titleOf(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
