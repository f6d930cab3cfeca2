// A token endpoint, a metadata server and a Datastore that looks at credentials alone, the first
// and the last over TLS with a certificate of a test's own authority.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {createPublicKey, verify} from 'node:crypto';
import {once} from 'node:events';
import {readFileSync, writeFileSync} from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

const openssl = (...args) => execFileSync('openssl', args, {stdio: ['ignore', 'pipe', 'pipe']}).toString();

export const newKey = () => openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048');

/// An authority and a certificate of it for localhost, in the folder.
function makeCertificate(folder) {
  const at = name => join(folder, name);
  const key = name => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at(name)];
  openssl('req', '-x509', ...key('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=test authority');
  openssl('req', ...key('tls.key'), '-out', at('tls.csr'), '-subj', '/CN=localhost');
  writeFileSync(at('san'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  openssl('x509', '-req', '-in', at('tls.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial',
          '-out', at('tls.pem'), '-days', '2', '-extfile', at('san'));
  return {ca: at('ca.pem'), key: readFileSync(at('tls.key')), cert: readFileSync(at('tls.pem'))};
}

/// The claims of an assertion that the key signed.
export function claimsOf(assertion, privateKey) {
  const [header, claims, signature] = assertion.split('.');
  const isSigned = verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), createPublicKey(privateKey),
                          Buffer.from(signature, 'base64url'));
  assert.ok(isSigned, 'the signature is that of the key');
  const read = part => JSON.parse(Buffer.from(part, 'base64url'));
  return {header: read(header), claims: read(claims)};
}

/// Starts them. `google.life` is how many seconds a token lives, `google.delay` how many
/// milliseconds it takes to give one, `google.lookupDelay` to look up; `google.forms`,
/// `google.calls` and `google.impersonations` are what came, `google.connections` the protocols
/// agreed on over TLS; `google.spoil(stream)` may see to a look-up over HTTP/2 in its stead, and
/// returns true then. `createServer` makes another server than one of HTTP/1.1 for that.
export async function startGoogle(test, folder, createServer = https.createServer) {
  const tls = makeCertificate(folder);
  const google = {ca: tls.ca, life: 3600, delay: 0, lookupDelay: 0, refusal: undefined, forms: [], calls: [],
                  impersonations: [], subjects: [], metadata: 0, revoked: new Set(), given: 0,
                  connections: [], underWay: 0, mostUnderWay: 0, spoil: () => false};
  const json = (response, status, value, headers = {}) => {
    response.writeHead(status, {'Content-Type': 'application/json', ...headers});
    response.end(JSON.stringify(value));
  };
  const newToken = async prefix => (await pause(google.delay), `${prefix}-token-${++google.given}`);
  const routes = {
    '/token': async (request, response, body) => {
      google.forms.push(Object.fromEntries(new URLSearchParams(body)));
      if (google.refusal) return json(response, 400, google.refusal);
      json(response, 200, {access_token: await newToken('secret'), expires_in: google.life, token_type: 'Bearer'});
    },
    '/impersonate': async (request, response, body) => {
      google.impersonations.push({authorization: request.headers.authorization, body: JSON.parse(body)});
      json(response, 200, {accessToken: await newToken('impersonated'),
                           expireTime: new Date(Date.now() + google.life * 1000).toISOString()});
    },
    '/subject': async (request, response) => {
      google.subjects.push(request.headers);
      json(response, 200, {value: 'subject-from-url'});
    },
    '/v1/projects/credentials-test:lookup': async (request, response, body) => {
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
      google.calls.push({token, quotaProject: request.headers['x-goog-user-project'], version: request.httpVersion});
      if (!/-token-\d+$/.test(token) || google.revoked.has(token)) {
        return json(response, 401, {error: {code: 401, status: 'UNAUTHENTICATED', message: 'the token is not good'}});
      }
      if (request.stream && google.spoil(request.stream)) return;
      google.mostUnderWay = Math.max(google.mostUnderWay, ++google.underWay);
      await pause(google.lookupDelay);
      google.underWay -= 1;
      json(response, 200, {missing: JSON.parse(body).keys.map(key => ({entity: {key}}))});
    },
    '/computeMetadata/v1/instance/service-accounts/default/token': async (request, response) => {
      if (request.headers['metadata-flavor'] !== 'Google') return json(response, 403, {});
      google.metadata += 1;
      json(response, 200, {access_token: await newToken('metadata'), expires_in: google.life},
           {'Metadata-Flavor': 'Google'});
    },
    '/': (request, response) => json(response, 200, {}, {'Metadata-Flavor': 'Google'}),
  };
  const serve = async (request, response) => {
    const chunks = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch (error) {
      if (error.code === 'ERR_STREAM_PREMATURE_CLOSE') return;  // A connection that closed within a request.
      throw error;
    }
    const route = routes[request.url] ?? ((_, answer) => json(answer, 404, {}));
    await route(request, response, Buffer.concat(chunks).toString());
  };
  const listen = async server => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const sockets = new Set();
    server.on('connection', socket => (sockets.add(socket), socket.on('close', () => sockets.delete(socket))));
    test.after(() => (server.close(), sockets.forEach(socket => socket.destroy())));
    return server.address().port;
  };
  google.secure = createServer({key: tls.key, cert: tls.cert}, serve);
  google.secure.on('secureConnection', socket => google.connections.push(socket.alpnProtocol));
  google.url = `https://localhost:${await listen(google.secure)}`;
  google.metadataHost = `127.0.0.1:${await listen(http.createServer(serve))}`;
  return google;
}
