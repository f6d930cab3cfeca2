import {apiUrl, ask} from '../api/base';
import {Problem, asProblem} from '../api/problem';
import type {TokenPair} from '../api/types';
import {ExchangedTokens, form, signedOut} from './credentials';

// Signing in at an OpenID Connect provider: authorization code with PKCE (RFC 7636), whose answer
// comes back behind the `#`, where no server and no log sees it.

/// The provider that the server is configured with.
export interface Provider {
  issuer: string;
  client: string;
  scope: string;
}

/// What of its configuration is used (OpenID Connect Discovery 1.0).
interface Endpoints {
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
}

/// What must outlive the way to the provider and back. It opens nothing by itself, and is used once.
interface Begun {
  state: string;
  verifier: string;
  hash: string;  ///< Where somebody wanted to go.
}

const kept = 'sign-in';

/// The provider to sign in at, or undefined if the server offers none.
export async function readProvider(signal: AbortSignal): Promise<Provider | undefined> {
  const answer = await ask('console/sign-in.json', {signal});
  if (!answer.ok) return undefined;
  const provider = await answer.json() as Partial<Provider>;
  return provider.client ? provider as Provider : undefined;
}

/// The name to show for it.
export const hostOf = ({issuer}: Provider): string => new URL(issuer).host;

const failed = (detail: string): Problem => new Problem(0, 'sign_in_failed', detail);

/// Asks the provider, which is not trusted to answer at all.
async function askProvider(url: string, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, {...init, credentials: 'omit', cache: 'no-store'});
  } catch {
    throw failed('The provider of single sign-on cannot be reached, or does not let this page call it.');
  }
}

async function endpointsOf({issuer}: Provider): Promise<Endpoints> {
  const answer = await askProvider(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (!answer.ok) throw failed(`The provider's configuration cannot be read: it answers ${answer.status}.`);
  return await answer.json() as Endpoints;
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

const random = (): string => base64url(crypto.getRandomValues(new Uint8Array(32)));

const challengeOf = async (verifier: string): Promise<string> =>
  base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));

const page = (): string => apiUrl('console');

/// Leaves the page for the provider.
export async function begin(provider: Provider): Promise<void> {
  if (!globalThis.isSecureContext) throw failed('Single sign-on needs HTTPS: this page was loaded without it.');
  const {authorization_endpoint} = await endpointsOf(provider);
  const begun: Begun = {state: random(), verifier: random(), hash: location.hash};
  const query = new URLSearchParams({
    response_type: 'code', response_mode: 'fragment', client_id: provider.client, redirect_uri: page(), scope: provider.scope,
    state: begun.state, code_challenge: await challengeOf(begun.verifier), code_challenge_method: 'S256',
  });
  sessionStorage.setItem(kept, JSON.stringify(begun));
  location.assign(`${authorization_endpoint}${authorization_endpoint.includes('?') ? '&' : '?'}${query}`);
}

/// What the provider has sent back with this page, taken out of its address; undefined if nothing was.
export function takeAnswer(): URLSearchParams | undefined {
  const answer = new URLSearchParams(location.hash.slice(1));
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return undefined;
  history.replaceState(null, '', page());
  return answer;
}

/// Ends the way that begin() has begun. Goes to the place that was wanted then.
export async function complete(provider: Provider, answer: URLSearchParams): Promise<ProviderTokens> {
  const begun = JSON.parse(sessionStorage.getItem(kept) ?? 'null') as Begun | null;
  sessionStorage.removeItem(kept);
  if (!begun || begun.state !== answer.get('state')) throw failed('This sign-in was not begun on this page. Begin again.');
  history.replaceState(null, '', begun.hash || page());
  const error = answer.get('error');
  if (error) throw failed(`${hostOf(provider)} says: ${answer.get('error_description') ?? error}`);
  if ((answer.get('iss') ?? provider.issuer) !== provider.issuer) throw failed('Another provider has answered than was asked.');
  const endpoints = await endpointsOf(provider);
  const fields = {grant_type: 'authorization_code', code: answer.get('code') ?? '', redirect_uri: page(), code_verifier: begun.verifier};
  return new ProviderTokens(await exchange(provider, endpoints, fields), provider, endpoints);
}

async function exchange({client}: Provider, {token_endpoint}: Endpoints, fields: Record<string, string>): Promise<TokenPair> {
  const answer = await askProvider(token_endpoint, {method: 'POST', ...form({client_id: client, ...fields})});
  const found = await answer.json().catch(() => ({})) as TokenPair & {error?: string; error_description?: string};
  if (!answer.ok) throw failed(`The provider gives no token: ${found.error_description ?? found.error ?? answer.status}.`);
  return found;
}

/// The provider's tokens. They are exchanged if it has given a refresh token; else the session ends
/// with the access token.
export class ProviderTokens extends ExchangedTokens {
  constructor(pair: TokenPair, private readonly provider: Provider, private readonly endpoints: Endpoints) { super(pair); }

  /// At the provider, as far as it can do that. Its own session may go on.
  async revoke(): Promise<void> {
    const {revocation_endpoint} = this.endpoints;
    const token = this.pair.refresh_token ?? this.pair.access_token;
    if (revocation_endpoint) await askProvider(revocation_endpoint, {method: 'POST', ...form({token, client_id: this.provider.client})});
  }

  protected async next(): Promise<TokenPair> {
    const {refresh_token} = this.pair;
    if (refresh_token === undefined) throw signedOut();
    try {
      const pair = await exchange(this.provider, this.endpoints, {grant_type: 'refresh_token', refresh_token});
      return {refresh_token, ...pair};
    } catch (thrown) {
      throw asProblem(thrown).code === 'sign_in_failed' ? signedOut() : thrown;
    }
  }
}
