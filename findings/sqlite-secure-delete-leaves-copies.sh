#!/usr/bin/env bash
# SQLite (sql.js 1.13.0 from npm, which is SQLite 3.49.1): secure_delete = ON leaves deleted rows in the file.
#
# The documentation says that SQLite then overwrites deleted content with zeros. It does so where the row is.
# But when SQLite rebuilds a page of a b-tree, after rows have gone to a sibling, it leaves the page's unused
# space as it was, with copies of those rows. Deleting a row later overwrites the row and not the copy. Of
# 10,000 rows in random order of their keys, half of which are deleted one by one, some 25 are still in the
# file. FAST leaves some 380, OFF some 3,700. VACUUM leaves none.
#
# Seen with Node.js 20.20.2:
#
#   SQLite 3.49.1
#   secure_delete OFF: deleted rows are in the file
#   secure_delete FAST: deleted rows are in the file
#   secure_delete ON: deleted rows are in the file
#   after VACUUM: no deleted row is in the file
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"
npm install --no-audit --no-fund --ignore-scripts --silent sql.js@1.13.0

cat >check.js <<'JS'
const initSqlJs = require('sql.js');

// A generator of numbers that are the same each time.
let state = 1;
const random = below => (state = state * 48271 % 2147483647) % below;

function leftIn(db) {
  const there = new Set(db.exec('SELECT substr(data, 7, 5) FROM records')[0].values.map(([number]) => number));
  const file = Buffer.from(db.export()).toString('latin1');
  const found = new Set([...file.matchAll(/SECRET(\d{5})/g)].map(match => match[1]));
  return [...found].some(number => !there.has(number)) ? 'deleted rows are in the file' : 'no deleted row is in the file';
}

initSqlJs().then(SQL => {
  const version = new SQL.Database().exec('SELECT sqlite_version()')[0].values[0][0];
  console.log(`SQLite ${version}`);
  for (const mode of ['OFF', 'FAST', 'ON']) {
    state = 1;
    const db = new SQL.Database();
    db.run(`PRAGMA secure_delete = ${mode}`);
    db.run('CREATE TABLE records (id TEXT PRIMARY KEY, data TEXT) WITHOUT ROWID');
    const ids = [];
    for (let i = 0; i < 10000; ++i) {
      const id = `${random(1e9)}-${i}`;
      ids.push(id);
      db.run('INSERT INTO records VALUES (?, ?)', [id, `SECRET${String(i).padStart(5, '0')}` + 'x'.repeat(80 + random(320))]);
    }
    for (const id of ids) {
      if (random(2) === 0) db.run('DELETE FROM records WHERE id = ?', [id]);
    }
    console.log(`secure_delete ${mode}: ${leftIn(db)}`);
    if (mode !== 'ON') continue;
    db.run('VACUUM');
    console.log(`after VACUUM: ${leftIn(db)}`);
  }
});
JS

node check.js | tee seen
diff - seen <<'END'
SQLite 3.49.1
secure_delete OFF: deleted rows are in the file
secure_delete FAST: deleted rows are in the file
secure_delete ON: deleted rows are in the file
after VACUUM: no deleted row is in the file
END
