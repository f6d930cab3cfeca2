// Credentials are found as Google's libraries find them, renewed in time by one thread, and shown
// to nobody.
import assert from 'node:assert/strict';
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {test} from 'node:test';
import {anyPort, emptyFolder, kinds, startServer, user as login} from '../server/process.mjs';
import {credentialsFile, probe, secret, user} from './credentials.mjs';
import {claimsOf, newKey, startGoogle} from './google.mjs';

const scope = 'https://www.googleapis.com/auth/cloud-platform';

function assertAnswered(report) {
  assert.equal(report.failed, 0, report.error);
  assert.ok(report.answered > 0);
}

test('a service account signs an assertion with its key', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  const key = newKey();
  const account = {type: 'service_account', client_email: 'me@example.iam', private_key_id: 'key-1', private_key: key,
                   token_uri: `${google.url}/token`, quota_project_id: 'payer'};
  assertAnswered(await probe(google, folder, credentialsFile(folder, account)));
  assert.equal(google.forms.length, 1, 'one token for all calls');
  assert.equal(google.forms[0].grant_type, 'urn:ietf:params:oauth:grant-type:jwt-bearer');
  const {header, claims} = claimsOf(google.forms[0].assertion, key);
  assert.deepEqual(header, {alg: 'RS256', typ: 'JWT', kid: 'key-1'});
  assert.deepEqual([claims.iss, claims.aud, claims.scope], ['me@example.iam', `${google.url}/token`, scope]);
  assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);
  assert.equal(claims.exp - claims.iat, 3600);
  assert.ok(google.calls.every(call => call.token === 'secret-token-1' && call.quotaProject === 'payer'));

  const environment = {...credentialsFile(folder, account), GOOGLE_CLOUD_QUOTA_PROJECT: 'other'};
  assertAnswered(await probe(google, folder, environment));
  assert.equal(google.calls.at(-1).quotaProject, 'other');
});

test('an authorized user has a refresh token, in the file that gcloud writes', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  mkdirSync(join(folder, '.config/gcloud'), {recursive: true});
  writeFileSync(join(folder, '.config/gcloud/application_default_credentials.json'), JSON.stringify({
    type: 'authorized_user', client_id: 'id', client_secret: `${secret}-1`, refresh_token: `${secret}-2`,
    token_uri: `${google.url}/token`}));
  assertAnswered(await probe(google, folder, {}));
  assert.deepEqual(google.forms, [{grant_type: 'refresh_token', client_id: 'id', client_secret: `${secret}-1`,
                                   refresh_token: `${secret}-2`}]);
  assert.equal(google.calls.at(-1).quotaProject, undefined);
});

test('the metadata server is asked where there is no file', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  const environment = {GCE_METADATA_HOST: google.metadataHost, NO_GCE_CHECK: ''};
  assertAnswered(await probe(google, folder, environment));
  assert.equal(google.metadata, 1);
  assert.match(google.calls.at(-1).token, /^metadata-token-/);
});

test('an external account exchanges the token of a file or an address, and impersonates', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  const account = {type: 'external_account', audience: '//iam.googleapis.com/pool', token_url: `${google.url}/token`,
                   subject_token_type: 'urn:ietf:params:oauth:token-type:jwt'};
  const subject = join(folder, 'subject');
  writeFileSync(subject, `${secret}-subject`);
  assertAnswered(await probe(google, folder, credentialsFile(folder, {...account, credential_source: {file: subject}})));
  assert.deepEqual(google.forms, [{
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', audience: account.audience, scope,
    requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token_type: account.subject_token_type, subject_token: `${secret}-subject`}]);

  const source = {url: `${google.url}/subject`, headers: {'X-Workload': 'me'},
                  format: {type: 'json', subject_token_field_name: 'value'}};
  assertAnswered(await probe(google, folder, credentialsFile(folder, {
    ...account, credential_source: source, service_account_impersonation_url: `${google.url}/impersonate`})));
  assert.equal(google.subjects[0]['x-workload'], 'me');
  assert.equal(google.forms[1].subject_token, 'subject-from-url');
  assert.match(google.impersonations[0].authorization, /^Bearer secret-token-/);
  assert.deepEqual(google.impersonations[0].body.scope, [scope]);
  assert.match(google.calls.at(-1).token, /^impersonated-token-/);
});

test('one thread renews a token before it ends, and no call waits for it', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  google.life = 24;  // Renewed after four seconds.
  const report = await probe(google, folder, credentialsFile(folder, user(google)), {enough: () => {
    if (google.forms.length > 0) google.delay = 4000;
    if (google.forms.length > 1) google.life = 3600;
    return google.calls.some(call => call.token === 'secret-token-2');
  }});
  assertAnswered(report);
  assert.equal(google.forms.length, 2, 'asked for once for the beginning, once to renew');
  assert.deepEqual(new Set(google.calls.map(call => call.token)), new Set(['secret-token-1', 'secret-token-2']));
  assert.ok(report.slowestMs < 3900, `a call took ${report.slowestMs} ms`);
});

test('a token that is refused is replaced, and the call repeated', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  google.revoked.add('secret-token-1');
  assertAnswered(await probe(google, folder, credentialsFile(folder, user(google)), {enough: () => google.calls.at(-1)?.token === 'secret-token-2'}));
  assert.equal(google.calls.at(-1).token, 'secret-token-2');
});

test('what cannot be used is said, without a secret', async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  const errorOf = async (content, more) => (await probe(google, folder, credentialsFile(folder, content), more)).error;
  google.refusal = {error: 'invalid_grant', error_description: 'Token has been expired or revoked.'};
  assert.match(await errorOf(user(google)), /token endpoint refuses: invalid_grant: Token has been expired or revoked\./);
  google.refusal = undefined;
  assert.match(await errorOf({...user(google), refresh_token: undefined}), /credentials\.json .*"refresh_token"/);
  assert.match(await errorOf({...user(google), token_uri: 'http://localhost/token'}), /"token_uri" is not an https:/);
  assert.match(await errorOf({type: 'magic', secret}), /its type is "magic"/);
  const broken = {type: 'service_account', client_email: 'me', private_key: secret, token_uri: `${google.url}/token`};
  assert.match(await errorOf(broken), /not an RSA key in PEM/);
  assert.equal(google.forms.length, 1, 'only what could be asked was asked');
  const others = await startGoogle(t, emptyFolder(t));
  const report = await probe(google, folder, credentialsFile(folder, user(google)), {ca: others.ca});
  assert.ok(report.failed > 0, 'an authority that is not trusted');
  assert.equal(google.forms.length, 1, 'no secret went to it');
});

test("the server's log, however talkative, has nothing of them", async t => {
  const folder = emptyFolder(t);
  const google = await startGoogle(t, folder);
  const key = newKey();
  const account = {type: 'service_account', client_email: 'me', private_key: key, token_uri: `${google.url}/token`};
  const found = {
    'a metadata server': {GCE_METADATA_HOST: google.metadataHost},
    'a refresh token': {NO_GCE_CHECK: 'true', ...credentialsFile(emptyFolder(t), user(google))},
    'a key': {NO_GCE_CHECK: 'true', ...credentialsFile(emptyFolder(t), account)},
  };
  const keyText = key.split('\n')[1];
  for (const [what, environment] of Object.entries(found)) {
    // Google is out of reach from here, and the test's authority is not trusted.
    const server = await startServer(t, [...anyPort, '--kinds', kinds, '--store', 'datastore:nowhere', '--log-level', 'debug'],
                                     {...login, HOME: folder, HTTPS_PROXY: 'http://127.0.0.1:9', ...environment});
    assert.equal((await server.fetch('/fetchMany?_id=a')).status, 503, what);
    assert.equal(await server.stop(), 0);
    assert.match(server.stderr, /"GET \/fetchMany\?_id=a 503/);
    for (const hidden of [secret, '-token-', 'PRIVATE KEY', keyText]) assert.ok(!server.stderr.includes(hidden), `${what}: ${server.stderr}`);
  }
  assert.ok(google.given > 0, 'the metadata server gave a token');
});
