// What a server answers that is in trouble itself, or whose client does not speak HTTP well.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import net from 'node:net';
import {test} from 'node:test';
import {startServer} from '../../support/server.mjs';

export default function troubles(api) {
  /// Runs with another server in the place of the one under test.
  const on = async (args, run) => {
    const first = api.server;
    api.server = await startServer({args});
    try {
      await run();
    } finally {
      assert.equal(await api.server.stop(), 0);
      api.server = first;
    }
  };

  test('a server whose workers are all busy says when to come again', async () => {
    await on(['--workers', '1', '--queue', '1'], async () => {
      const body = Array.from({length: 5000}, (_, i) => ({text: 'x'.repeat(200), i}));
      const answers = await Promise.all(Array.from({length: 12}, () => (
          api.call('storeRecords', {body, parameters: {return: 'counts'}}))));
      const refused = answers.filter(answer => answer.status === 503);
      assert.ok(refused.length > 0 && refused.length < answers.length);
      for (const {json, headers} of refused) {
        assert.equal(json.code, 'overloaded');
        assert.match(headers['retry-after'], /^[1-9]\d*$/);
      }
      const {records} = (await api.call('getKind', {parameters: {name: 'records'}})).json;
      assert.equal(records, 5000 * (answers.length - refused.length), 'what was refused is not there');
    });
  });

  test('what is answered at once is bounded in bytes, and nothing is lost by that', async () => {
    await on(['--max-page', '10KiB'], async () => {
      const ids = Array.from({length: 30}, (_, i) => `large-${String(i).padStart(2, '0')}`);
      const body = ids.map(_id => ({_id, text: 'x'.repeat(1000)}));
      assert.equal((await api.call('storeRecords', {body, parameters: {return: 'counts'}})).status, 201);
      const bad = ids.map(_id => ({_id, _meta: 'x'.repeat(1000)}));
      assert.equal((await api.call('storeRecords', {body: bad, parameters: {return: 'counts'}})).status, 422);
      for (const [member, ask] of [
        ['records', page => api.call('fetchAll', {parameters: {limit: 1000, ...page}})],
        ['records', page => api.call('filterRecords', {body: {orderBy: ['text'], limit: 1000, ...page}})],
        ['rejects', page => api.call('listRejects', {parameters: {limit: 1000, ...page}})],
      ]) {
        const found = [];
        let page = {};
        let pages = 0;
        for (; page && pages < 30; ++pages) {
          const {json} = await ask(page);
          found.push(...json[member]);
          page = json.nextCursor && {cursor: json.nextCursor};
        }
        assert.ok(pages === 3 || pages === 4, `${pages} pages of ${member}`);
        assert.equal(new Set(found.map(each => each._id ?? each.rejectId)).size, 30);
      }
      assert.equal((await api.call('fetchKeys', {parameters: {limit: 1000}})).json.keys.length, 30);
      assert.equal((await api.call('fetchManyByBody', {body: {_id: ids.slice(0, 10)}})).json.records.length, 10);
      const {status, json} = await api.call('fetchManyByBody', {body: {_id: ids.slice(0, 12)}});
      assert.deepEqual([status, json.code], [413, 'too_many_ids']);
      const lines = (await api.call('exportRecords')).text.trimEnd().split('\n');
      assert.deepEqual(lines.map(line => JSON.parse(line)._id), ids);
    });
  });

  /// Sends bytes as they are; the answer as the harness knows it.
  const sendRaw = async text => {
    const {hostname, port} = new URL(api.server.url);
    const socket = net.connect({host: hostname, port: Number(port)});
    await once(socket, 'connect');
    socket.write(text);
    let answer = '';
    for await (const piece of socket) answer += piece.toString();
    const [head, body] = answer.split('\r\n\r\n');
    const headers = Object.fromEntries(head.split('\r\n').slice(1).map(line => line.split(/: (.*)/))
                                           .map(([name, value]) => [name.toLowerCase(), value]));
    return {status: Number(head.split(' ')[1]), headers, bytes: Buffer.from(body), text: body, json: JSON.parse(body)};
  };

  test('a request that is not valid HTTP has a problem document for its answer', async () => {
    await on(['--header-timeout', '200ms'], async () => {
      for (const [status, code, text] of [
        [417, 'expectation_failed', 'GET /version HTTP/1.1\r\nHost: a\r\nExpect: more\r\n\r\n'],
        [501, 'not_implemented', 'POST /version HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: br, chunked\r\n\r\n'],
        [505, 'http_version_not_supported', 'GET /version HTTP/2.0\r\nHost: a\r\n\r\n'],
        [408, 'request_timeout', 'GET /version HTTP/1.1\r\nHost: a\r\n'],
      ]) {
        const answer = await sendRaw(text);
        assert.deepEqual([answer.status, answer.json.code], [status, code]);
        assert.equal(answer.headers.connection.toLowerCase(), 'close');
        api.checkAnswer(api.operation('getVersion'), answer, answer.json.instance);
      }
    });
  });
}
