// What linters of other people say of the specification: nothing.
import assert from 'node:assert/strict';
import {test} from 'node:test';
import spectral from '@stoplight/spectral-core';
import {oas} from '@stoplight/spectral-rulesets';
import {readSpecification} from '../openapi/specification.mjs';

test('Spectral finds nothing to say', async () => {
  const linter = new spectral.Spectral();
  linter.setRuleset({extends: [oas]});
  const problems = await linter.run(JSON.stringify(readSpecification()));
  assert.deepEqual(problems.map(({code, message, path}) => `${code}: ${message} at ${path.join('/')}`), []);
});
