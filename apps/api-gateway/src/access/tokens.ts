import { createHash, randomBytes } from 'node:crypto';
import { queries, TOKEN_PREFIX, type Role } from '@gomon/contracts';
import { bearerToken, HttpProblem, secretEquals } from '@gomon/service';
import type { Correlator } from '../correlator/ask.js';

/** Who calls, by its token. */
export interface Caller {
  readonly name: string;
  /** Of a token that was made with one; undefined: the rules say what its person may. */
  readonly role?: Role;
}

interface Remembered {
  readonly caller: Caller | undefined;
  readonly until: number;
}

/** A revoked token opens nothing any more after so long. */
const REMEMBERED_MS = 30_000;
const MOST_REMEMBERED = 1_000;

/** A secret of 256 bits. */
export function newToken(): string {
  return `${TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
}

export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** The tokens that open the API: those of its environment, and those that were made by it. */
export class Tokens {
  private readonly known: readonly { readonly name: string; readonly token: string }[];
  /** By hash. */
  private readonly remembered = new Map<string, Remembered>();

  /** @param texts `name:token`; undefined: anybody may call */
  constructor(
    texts: readonly string[] | undefined,
    private readonly correlator: Pick<Correlator, 'ask'>,
    private readonly clock: () => number = Date.now,
  ) {
    this.known = (texts ?? []).map((text) => {
      const colon = text.indexOf(':');
      return { name: text.slice(0, colon), token: text.slice(colon + 1) };
    });
  }

  /**
   * @throws HttpProblem 401, or what asking the correlator throws. All tokens of the environment are compared, so that the
   * time says nothing about which one fits; of the others only hashes are looked for.
   */
  async callerOf(request: {
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  }): Promise<Caller> {
    if (this.known.length === 0) return { name: 'anybody' };
    const token = bearerToken(request);
    const [found] = this.known.filter((one) => secretEquals(token ?? '', one.token));
    if (found !== undefined) return { name: found.name };
    const caller =
      token?.startsWith(TOKEN_PREFIX) === true ? await this.callerBy(hashOfToken(token)) : undefined;
    if (caller !== undefined) return caller;
    throw new HttpProblem(401, 'Unauthorized', {
      detail: token === undefined ? 'A bearer token is expected.' : 'The token is wrong.',
      headers: {
        'WWW-Authenticate': `Bearer realm="gomon"${token === undefined ? '' : ', error="invalid_token"'}`,
      },
    });
  }

  private async callerBy(hash: string): Promise<Caller | undefined> {
    const now = this.clock();
    const known = this.remembered.get(hash);
    if (known !== undefined && known.until > now) return known.caller;
    const { token } = await this.correlator.ask(queries.findToken, { hash });
    const caller = token ?? undefined;
    this.remembered.delete(hash);
    this.remembered.set(hash, { caller, until: now + REMEMBERED_MS });
    const [oldest] = this.remembered.keys();
    if (this.remembered.size > MOST_REMEMBERED && oldest !== undefined) this.remembered.delete(oldest);
    return caller;
  }
}
