import assert from 'node:assert/strict';
import {test} from 'node:test';
import {parseJson, toText} from '../../src/json/parse';

// Node 20 does not tell a reviver the text of a number, as older browsers do not.
const passesSource = (() => {
  let passed = false;
  JSON.parse('1', function (this: unknown, _key: string, _value: unknown, ...context: {source?: string}[]) { passed = !!context[0]?.source; });
  return passed;
})();

test('integers keep every digit', {skip: !passesSource && 'this JavaScript engine does not pass the text of a number'}, () => {
  const text = '{"n":18446744073709551615,"m":[-9223372036854775808,9007199254740993],"d":0.1,"s":"12345678901234567890"}';
  assert.equal(toText(parseJson(text)), text);
});

test('what is written is JSON, with markup in names and values', () => {
  const text = '{"</script>":"<b>\\"\\\\","a":[null,true,1.5,{}],"__proto__":{"x":1}}';
  assert.equal(toText(parseJson(text)), text);
});
