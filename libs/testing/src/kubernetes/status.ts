/** An answer of the API server that is no object: `Status` of meta/v1. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  get body(): object {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(Object.keys(this.details).length === 0 ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

export const expired = (wanted: string, oldest: number): StatusError =>
  new StatusError(410, 'Expired', `too old resource version: ${wanted} (${oldest})`);

export const forbidden = (verb: string, resource: string): StatusError =>
  new StatusError(
    403,
    'Forbidden',
    `${resource} is forbidden: User "gomon" cannot ${verb} resource "${resource}"`,
  );
