import { bearerToken, HttpProblem, secretEquals } from '@gomon/service';

/** Who calls, by its token. */
export interface Caller {
  readonly name: string;
}

/** The tokens that open the API. */
export class Tokens {
  private readonly known: readonly { readonly name: string; readonly token: string }[];

  /** @param texts `name:token`; undefined: anybody may call */
  constructor(texts: readonly string[] | undefined) {
    this.known = (texts ?? []).map((text) => {
      const colon = text.indexOf(':');
      return { name: text.slice(0, colon), token: text.slice(colon + 1) };
    });
  }

  /** @throws HttpProblem 401. All tokens are compared, so that the time says nothing about which one fits. */
  callerOf(request: { readonly headers: Readonly<Record<string, string | string[] | undefined>> }): Caller {
    if (this.known.length === 0) return { name: 'anybody' };
    const token = bearerToken(request);
    const [found] = this.known.filter((one) => secretEquals(token ?? '', one.token));
    if (found !== undefined) return { name: found.name };
    throw new HttpProblem(401, 'Unauthorized', {
      detail: token === undefined ? 'A bearer token is expected.' : 'The token is wrong.',
      headers: {
        'WWW-Authenticate': `Bearer realm="gomon"${token === undefined ? '' : ', error="invalid_token"'}`,
      },
    });
  }
}
