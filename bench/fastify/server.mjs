// The service as a good engineer would write it for Node.js: Fastify and better-sqlite3, full
// durability, stores that arrive together share one commit, texts that are there are not made again.
//
//   node server.mjs PORT FILE [PROCESSES]
import cluster from 'node:cluster';
import { randomUUID } from 'node:crypto';
import Database from 'better-sqlite3';
import Fastify from 'fastify';

const [port, file, processes = '1'] = process.argv.slice(2);

if (Number(processes) > 1 && cluster.isPrimary) {
  openDatabase();
  for (let i = 0; i < Number(processes); ++i) cluster.fork();
} else {
  serve();
}

function openDatabase() {
  const db = new Database(file, { timeout: 5000 });
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma('cache_size = -65536');
  db.pragma('wal_autocheckpoint = 16384');
  // Originals are apart, in the order of arrival: what is searched and shown stays small.
  db.exec(`
    CREATE TABLE IF NOT EXISTS originals (row INTEGER PRIMARY KEY, original TEXT);
    CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, data TEXT, timeUTC TEXT, mean REAL,
      stdev REAL, row INTEGER) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_time ON records (timeUTC, id);
    CREATE INDEX IF NOT EXISTS by_mean ON records (mean, id);
    CREATE INDEX IF NOT EXISTS by_stdev ON records (stdev, id);`);
  return db;
}

function transform(record) {
  const { time_stamp: time, data } = record;
  const timeUTC = new Date(time).toISOString();
  const n = data.length;
  let sum = 0;
  for (let i = 0; i < n; ++i) sum += data[i];
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; ++i) squares += (data[i] - mean) ** 2;
  return { timeUTC, mean, stdev: Math.sqrt(squares / (n - 1)) };
}

const orNull = (number) => (Number.isFinite(number) ? number : null);

/** A transformed record as JSON. */
function textOf(id, { timeUTC, mean, stdev }) {
  return `{"_id":${JSON.stringify(id)},"timeUTC":"${timeUTC}","mean":${orNull(mean)},"stdev":${orNull(stdev)}}`;
}

/** The objects of a JSON array as they were sent. */
function originalsOf(text) {
  const originals = [];
  const marks = /[{}]|"(?:[^"\\]|\\.)*"/g;
  for (let depth = 0, begin = 0; marks.test(text);) {
    const mark = text.charCodeAt(marks.lastIndex - 1);
    if (mark === 0x7b && depth++ === 0) begin = marks.lastIndex - 1;
    if (mark === 0x7d && --depth === 0) originals.push(text.slice(begin, marks.lastIndex));
  }
  return originals;
}

function serve() {
  const db = openDatabase();
  const keep = db.prepare('INSERT INTO originals (original) VALUES (?)');
  const insert = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)');
  const one = db.prepare('SELECT data FROM records WHERE id = ?').pluck();
  // SQLite makes one text of the rows: for each of them less has to become an object of JavaScript.
  const textOfRows = (what, rows) => db.prepare(`SELECT ${what} FROM (SELECT ${rows} ORDER BY id LIMIT ?)`).pluck();
  const page = textOfRows('group_concat(data)', 'data FROM records WHERE id > ?');
  const keys = textOfRows('json_group_array(id)', 'id FROM records WHERE id > ?');
  const over = textOfRows('group_concat(data)', 'data FROM records INDEXED BY by_mean WHERE mean > ?');

  const put = (rows) => {
    for (const { id, data, original, shown } of rows) {
      const { lastInsertRowid } = keep.run(original);
      insert.run(id, data, shown.timeUTC, shown.mean, shown.stdev, lastInsertRowid);
    }
  };
  const transaction = db.transaction(put);

  // Group commit: what arrives in one turn of the event loop leaves in one transaction.
  let waiting = [];
  function commitLater(rows) {
    return new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(commit);
      waiting.push({ rows, resolve, reject });
    });
  }
  function commit() {
    const group = waiting;
    waiting = [];
    try {
      transaction.immediate(group.flatMap((entry) => entry.rows));
      for (const entry of group) entry.resolve();
    } catch (error) {
      for (const entry of group) entry.reject(error);
    }
  }

  const app = Fastify({ bodyLimit: 64 * 1024 * 1024 });
  app.addContentTypeParser('application/json', { parseAs: 'string' },
    (request, body, done) => done(null, body));
  const json = (reply, text) => reply.type('application/json').send(text);

  app.post('/store', async (request, reply) => {
    const body = JSON.parse(request.body);
    const records = Array.isArray(body) ? body : [body];
    const originals = Array.isArray(body) ? originalsOf(request.body) : [request.body];
    const rows = [];
    const results = [];
    for (let i = 0; i < records.length; ++i) {
      const id = records[i]._id ?? randomUUID();
      const shown = transform(records[i]);
      const data = textOf(id, shown);
      rows.push({ id, data, original: originals[i], shown });
      results.push(data);
    }
    await commitLater(rows);
    return json(reply.code(201), `{"stored":${rows.length},"results":[${results.join(',')}]}`);
  });
  app.get('/fetchMany', (request, reply) => {
    const records = request.query._id.split(',').map((id) => one.get(id)).filter(Boolean);
    json(reply, `{"records":[${records.join(',')}]}`);
  });
  app.get('/fetchAll', (request, reply) => {
    const { after = '', limit = 100 } = request.query;
    json(reply, `{"records":[${page.get(after, Number(limit)) ?? ''}]}`);
  });
  app.get('/fetchKeys', (request, reply) => {
    json(reply, `{"keys":${keys.get('', Number(request.query.limit ?? 100))}}`);
  });
  app.post('/filter', (request, reply) => {
    const { value, limit = 100 } = JSON.parse(request.body);
    json(reply, `{"records":[${over.get(value, limit) ?? ''}]}`);
  });
  app.listen({ port: Number(port), host: '127.0.0.1' });
}
