import {ask} from '../api/base';
import {Problem, problemOf} from '../api/problem';
import type {TokenPair} from '../api/types';

/// What proves who somebody is. It is kept only in the page's memory.
export interface Credentials {
  /// The headers of a request that is sent now.
  headers(): Promise<Record<string, string>>;
  /// Makes them worthless, as far as that can be done.
  revoke(): Promise<void>;
  /// The id of their session at the server, if they have one.
  readonly session?: string | undefined;
}

/// An API key, sent as it is. Signing out only forgets it: others may use the same key. The empty
/// header keeps the browser from adding a password that it knows, and does not count as credentials for the server.
export class ApiKey implements Credentials {
  constructor(private readonly key: string) {}
  async headers(): Promise<Record<string, string>> { return {'X-API-Key': this.key, Authorization: ''}; }
  async revoke(): Promise<void> {}
}

const assumedLife = 300;  // seconds, of a token whose provider does not say it
const margin = 60_000;  // ms before the end of an access token, for slow clocks and networks

/// An access token, exchanged before it expires.
export abstract class ExchangedTokens implements Credentials {
  private goodUntil: number;
  private exchange: Promise<void> | undefined;

  protected constructor(protected pair: TokenPair) {
    this.goodUntil = endOf(pair);
  }

  async headers(): Promise<Record<string, string>> {
    if (performance.now() > this.goodUntil) {
      this.exchange ??= this.refresh().finally(() => { this.exchange = undefined; });
      await this.exchange;
    }
    return {Authorization: `Bearer ${this.pair.access_token}`};
  }

  abstract revoke(): Promise<void>;

  /// The next pair. Throws a Problem with the status 401 if there is none.
  protected abstract next(): Promise<TokenPair>;

  private async refresh(): Promise<void> {
    this.pair = await this.next();
    this.goodUntil = endOf(this.pair);
  }
}

export const signedOut = (): Problem => new Problem(401, 'signed_out', 'Your session has ended. Please sign in.');

const post = (path: string, init: RequestInit) => ask(path, {...init, method: 'POST'});

export const form = (fields: Record<string, string>): RequestInit => ({body: new URLSearchParams(fields)});

async function pairOf(answer: Response): Promise<TokenPair> {
  if (!answer.ok) throw await problemOf(answer);
  return await answer.json() as TokenPair;
}

/// The server's own tokens.
export class Tokens extends ExchangedTokens {
  /// Signs in. Neither name nor password is kept.
  static async of(user: string, password: string): Promise<Tokens> {
    const bytes = new TextEncoder().encode(`${user}:${password}`);
    const basic = btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(''));
    return new Tokens(await pairOf(await post('auth/token', {headers: {Authorization: `Basic ${basic}`}})));
  }

  /// Whose id every access token has in it.
  get session(): string | undefined {
    const claims = this.pair.access_token.split('.')[1] ?? '';
    return (JSON.parse(atob(claims.replaceAll('-', '+').replaceAll('_', '/'))) as {sid?: string}).sid;
  }

  async revoke(): Promise<void> {
    const answer = await post('auth/revoke', form({token: this.pair.refresh_token ?? this.pair.access_token}));
    if (!answer.ok) throw await problemOf(answer);
  }

  protected async next(): Promise<TokenPair> {
    const answer = await post('auth/refresh', form({refresh_token: this.pair.refresh_token ?? ''}));
    if (answer.status === 401) throw signedOut();
    return pairOf(answer);
  }
}

/// On the clock that nobody sets. Short-lived tokens keep at least half of their time.
function endOf({expires_in}: TokenPair): number {
  const lifetime = (expires_in ?? assumedLife) * 1000;
  return performance.now() + lifetime - Math.min(margin, lifetime / 2);
}
