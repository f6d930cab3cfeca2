// Executes the examples of the specification in its order, against a fresh server.
import assert from 'node:assert/strict';
import {test} from 'node:test';

// Members whose values differ from run to run.
const volatile = new Set([
  'rejectId', 'receivedAt', 'detail', 'rejects', 'access_token', 'refresh_token', 'kid', 'x', 'y', 'id', 'key', 'createdAt',
  'expiresAt',, 'deployedAt', 'deployedBy']);

// A token, a session, a job's id or a version in an example is never valid, and the record is deleted by then.
const perishable = new Set(['refreshToken', 'endSession', 'getJob', 'cancelJob', 'getHistory', 'restoreRecord']);

export default function examples(api) {
  for (const operation of api.operations.values()) {
    if (perishable.has(operation.operationId)) continue;
    const parameters = Object.fromEntries(operation.parameters.filter(p => p.example !== undefined)
                                              .map(p => [p.name, p.example]));
    const bodies = Object.entries(operation.requestBody?.content ?? {})
                       .flatMap(([type, content]) => Object.entries(content.examples ?? {})
                                    .map(([name, example]) => ({type, name, body: example.value})));
    assert.ok(bodies.length || !operation.requestBody, `${operation.operationId} has no example`);
    for (const {name, ...request} of bodies.length ? bodies : [{name: 'response'}]) {
      test(`the example "${name}" of ${operation.operationId} works as it stands`, async () => {
        const answer = await api.call(operation.operationId, {parameters, ...request});
        const [response] = api.resolve(operation.responses[answer.status]);
        const shown = Object.values(response.content ?? {})
                          .map(content => content.examples?.[name]?.value).find(value => value);
        assert.ok(answer.status < 300 || shown, `${answer.status} ${answer.text}`);
        if (typeof shown === 'string') assert.equal(answer.text, shown);
        else if (shown) compare(answer.json, shown, '');
      });
    }
  }

  test('only answers that some request leads to have examples', () => {
    for (const operation of api.operations.values()) {
      const names = new Set(['response', ...Object.values(operation.requestBody?.content ?? {})
                                             .flatMap(content => Object.keys(content.examples ?? {}))]);
      for (const response of Object.values(operation.responses)) {
        for (const content of Object.values(response.content ?? {})) {
          for (const name of Object.keys(content.examples ?? {})) {
            assert.ok(names.has(name), `${operation.operationId}: ${name}`);
          }
        }
      }
    }
  });
}

/// The real answer must be the one that is shown; sums of floats may differ in the last digits.
function compare(real, shown, at) {
  if (typeof shown === 'number' && typeof real === 'number') {
    return assert.ok(Math.abs(real - shown) <= 1e-12 * Math.abs(shown), `${at}: ${real} is not ${shown}`);
  }
  if (shown === null || typeof shown !== 'object') return assert.equal(real, shown, at);
  const {indexBuilds, ...settled} = real;  // Of a kind that was deployed just now.
  assert.deepEqual(Object.keys(settled).sort(), Object.keys(shown).sort(), at);
  for (const key of Object.keys(shown)) {
    if (!volatile.has(key) && !(key === 'records' && typeof shown[key] === 'number')) compare(real[key], shown[key], `${at}/${key}`);
  }
}
