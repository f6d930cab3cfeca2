// The service as a good engineer would write it for Node.js: Fastify and better-sqlite3, full
// durability, stores that arrive together share one commit.
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
  db.exec(`
    CREATE TABLE IF NOT EXISTS records (id TEXT PRIMARY KEY, data TEXT, original TEXT,
      timeUTC TEXT, mean REAL, stdev REAL) WITHOUT ROWID;
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

function serve() {
  const db = openDatabase();
  const insert = db.prepare('INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)');
  const one = db.prepare('SELECT data FROM records WHERE id = ?').pluck();
  const page = db.prepare('SELECT data FROM records WHERE id > ? ORDER BY id LIMIT ?').pluck();
  const keys = db.prepare('SELECT id FROM records WHERE id > ? ORDER BY id LIMIT ?').pluck();
  const over = db.prepare('SELECT data FROM records INDEXED BY by_mean WHERE mean > ? ORDER BY id LIMIT ?').pluck();

  const put = (rows) => { for (const row of rows) insert.run(...row); };
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
    const rows = [];
    const results = [];
    for (const record of records) {
      const id = record._id ?? randomUUID();
      const shown = transform(record);
      const data = JSON.stringify({ _id: id, ...shown });
      const original = records.length === 1 ? request.body : JSON.stringify(record);
      rows.push([id, data, original, shown.timeUTC, shown.mean, shown.stdev]);
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
    const records = page.all(request.query.after ?? '', Number(request.query.limit ?? 100));
    json(reply, `{"records":[${records.join(',')}]}`);
  });
  app.get('/fetchKeys', (request, reply) => {
    json(reply, JSON.stringify({ keys: keys.all('', Number(request.query.limit ?? 100)) }));
  });
  app.post('/filter', (request, reply) => {
    const { value, limit = 100 } = JSON.parse(request.body);
    json(reply, `{"records":[${over.all(value, limit).join(',')}]}`);
  });
  app.listen({ port: Number(port), host: '127.0.0.1' });
}
