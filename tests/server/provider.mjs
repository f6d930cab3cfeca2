// A real OpenID Connect provider on a loopback address, with one client of its own.
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {exportJWK, generateKeyPair} from 'jose';
import {Provider} from 'oidc-provider';

export const audience = 'dropzone';
const [resource, client, secret] = ['urn:dropzone', 'loader', 'a-long-secret-of-the-client'];

/// A key pair for the provider: what it signs with, and the JWK that it is given.
export async function makeKey(kid, alg) {
  const {privateKey, publicKey} = await generateKeyPair(alg, {extractable: true});
  return {kid, alg, privateKey, publicKey, jwk: {...await exportJWK(privateKey), kid, alg, use: 'sig'}};
}

/// Starts a provider whose tokens are signed with the first of these keys and say that the client
/// may do what `claims` claim. With `tls`, a certificate and its key, it speaks HTTPS. With `pages`
/// people can sign in, under any name, for the pages that letReturn() names.
export async function startProvider(test, keys, {claims = {}, tls, scope = '', pages = false} = {}) {
  let answer = (request, response) => response.writeHead(503).end();
  const asked = [];
  const listener = (request, response) => (asked.push(request.url), answer(request, response));
  const server = tls
      ? https.createServer({cert: readFileSync(tls.cert), key: readFileSync(tls.key)}, listener)
      : http.createServer(listener);
  const listen = async port => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const {port} = server.address();
  const provider = {
    issuer: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    /// How often its keys were asked for.
    fetches: () => asked.filter(url => url === '/jwks').length,
    /// Signs with the first of these keys from now on, and publishes these alone.
    use(some) {
      provider.keys = some;
      answer = callbackOf(provider.issuer, some, claims, scope, pages ? {} : undefined);
    },
    /// Its client `page` may send people back to this address.
    letReturn(address) {
      answer = callbackOf(provider.issuer, provider.keys, claims, scope, {redirect_uris: [address]});
    },
    /// What was asked of it: "/token".
    asked,
    /// A token, got as a client gets it.
    async token() {
      const response = await ask(`${provider.issuer}/token`, {
        grant_type: 'client_credentials', resource, ...(scope && {scope})}, tls && readFileSync(tls.ca));
      if (response.status !== 200) throw new Error(response.text);
      return JSON.parse(response.text).access_token;
    },
    stop: () => new Promise(resolve => (server.close(resolve), server.closeAllConnections())),
    restart: () => listen(port),
  };
  provider.use(keys);
  test.after(provider.stop);
  return provider;
}

function callbackOf(issuer, keys, claims, scope, page) {
  const provider = new Provider(issuer, {
    clients: [...(page?.redirect_uris ? [publicClient(keys[0].alg, page)] : []),
              {client_id: client, client_secret: secret, grant_types: ['client_credentials'],
               redirect_uris: [], response_types: [], id_token_signed_response_alg: keys[0].alg}],
    cookies: {keys: [secret]},
    ttl: {ClientCredentials: 300},
    jwks: {keys: keys.map(({jwk}) => jwk)},
    extraTokenClaims: () => claims,
    clientBasedCORS: () => page !== undefined,
    issueRefreshToken: () => true,
    features: {
      devInteractions: {enabled: page !== undefined},
      revocation: {enabled: page !== undefined},
      clientCredentials: {enabled: true},
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope, audience, accessTokenFormat: 'jwt', jwt: {sign: {alg: keys[0].alg, kid: keys[0].kid}}}),
      },
    },
  });
  return provider.callback();
}

/// A page without a secret, as the console is.
const publicClient = (alg, {redirect_uris}) => ({
  client_id: 'page', token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'], redirect_uris, id_token_signed_response_alg: alg});

function ask(url, fields, ca) {
  const body = new URLSearchParams(fields).toString();
  const headers = {'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': body.length,
                   Authorization: 'Basic ' + btoa(`${client}:${secret}`)};
  return new Promise((resolve, reject) => {
    (ca ? https : http).request(url, {method: 'POST', headers, ca, agent: false}, response => {
      let text = '';
      response.setEncoding('utf8').on('data', chunk => (text += chunk));
      response.on('end', () => resolve({status: response.statusCode, text}));
    }).on('error', reject).end(body);
  });
}
