import assert from 'node:assert/strict';
import {test} from 'node:test';
import {csvHead, csvRow} from '../../src/pages/records/record_csv';

test('a record as a line of CSV keeps every digit, and quotes what is text', () => {
  const record = '{"n":9007199254740993,"x":-1.10,"s":"a \\"b\\",\\nc","o":{"a":[1,"="]},"t":true,"z":null,"e":"","n2":1,"n2":2}';
  assert.equal(csvRow(record, ['n', 'x', 's', 'o', 't', 'z', 'e', 'missing', 'n2']),
               '9007199254740993,-1.10,"a ""b"",\nc","{""a"":[1,""=""]}",true,null,"",,2\r\n');
});

test('a text that a spreadsheet would take for a formula gets an apostrophe, also as the name of a column', () => {
  const texts = ['=1+1', '+1', '-1', '@a', '\tx', '\rx', '\nx', '＝1', '＋1', '－1', '＠a'];
  for (const text of texts) assert.equal(csvRow(JSON.stringify({f: text}), ['f']), `"'${text}"\r\n`);
  assert.equal(csvRow('{"f":"1=1"}', ['f']), '"1=1"\r\n');
  assert.equal(csvHead(['_id', '=cmd()', 'a"b']), '"_id","\'=cmd()","a""b"\r\n');
});
