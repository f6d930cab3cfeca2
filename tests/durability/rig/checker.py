"""Reads a store's files with SQLite alone, and says what of their parts does not fit together."""
import hashlib
import json
import pathlib
import shutil
import sqlite3
import tempfile

NULL, TIMESTAMP, BOOLEAN, STRING, NUMBER = range(5)  # As the index entries have them.
INDEXED = ('n', 'tag', 'list')  # Each by an index, if the kind declares it.


class Contents:
    """A store's records, as far as they could be read, and what is wrong with it."""

    def __init__(self):
        self.faults = []     # (sort, what)
        self.originals = {}  # Of the kind `storm`: text by id.
        self.rejects = set()
        self.neighbours = set()

    def fault(self, sort, what):
        self.faults.append((sort, what))


def read_store(file):
    """Of a copy of the file and what belongs to it, so that nothing of them is changed."""
    file = pathlib.Path(file)
    contents = Contents()
    with tempfile.TemporaryDirectory(prefix='dropzone-check.') as folder:
        copy = pathlib.Path(folder) / file.name
        for end in ('', '-wal', '-journal'):
            if pathlib.Path(f'{file}{end}').exists():
                shutil.copyfile(f'{file}{end}', f'{copy}{end}')
        try:
            connection = sqlite3.connect(copy)
            connection.text_factory = lambda text: text.decode('utf8', 'surrogateescape')
            _read(connection, contents)
            connection.close()
        except sqlite3.Error as fault:
            contents.fault('malformed', str(fault))
    return contents


def _read(connection, contents):
    verdict = connection.execute('PRAGMA integrity_check(3)').fetchall()
    if verdict != [('ok',)]:
        contents.fault('malformed', '; '.join(line for (line,) in verdict)[:300])
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    if 'kinds' not in tables:
        return
    rows_of_records = []
    for number, name, count in connection.execute('SELECT kind, name, records FROM kinds').fetchall():
        records = connection.execute(f'SELECT id, data, row FROM records_{number} NOT INDEXED').fetchall()
        if len(records) != count:
            contents.fault('counts', f'{name} has {len(records)} records and counts {count}')
        rows_of_records += [row for _, _, row in records]
        if name == 'storm':
            _read_storm(connection, number, records, contents)
        if name == '_dropzone_rejects':
            contents.rejects = {record_id for record_id, _, _ in records}
    rows = [row for (row,) in connection.execute('SELECT row FROM originals')]
    if sorted(rows) != sorted(rows_of_records):
        contents.fault('doubled', f'{len(rows)} originals of {len(rows_of_records)} records')
    if 'neighbour' in tables:
        contents.neighbours = {n for (n,) in connection.execute('SELECT n FROM neighbour')}


def _read_storm(connection, number, records, contents):
    originals = {row: rest for row, *rest in connection.execute('SELECT row, original, data, sha256 FROM originals')}
    entries = []
    for record_id, data, row in records:
        if row not in originals:
            contents.fault('lost', f'{record_id} has no original')
            continue
        original, own_data, digest = originals[row]
        if digest is not None and digest != hashlib.sha256(original).digest():
            contents.fault('mixed', f'{record_id} has the digest of another original')
        contents.originals[record_id] = original.decode('utf8', 'surrogateescape')
        sent = json.loads(original)
        kept = json.loads(data or own_data or original)
        if kept.pop('_id', record_id) != record_id or sent.pop('_id') != record_id or kept != sent:
            contents.fault('mixed', f'{record_id} has the data of another original')
        entries += [(field, *entry, record_id) for field in INDEXED for entry in _entries_of(kept.get(field))]
    _compare_entries(connection, number, set(entries), contents)


def _entries_of(value):
    values = value if isinstance(value, list) else [] if value is None else [value]
    return {(NULL, 0) if each is None else (STRING, each) if isinstance(each, str) else (NUMBER, each)
            for each in values}


def _compare_entries(connection, kind, expected, contents):
    found = set()
    indexes = connection.execute('SELECT number, field FROM indexes WHERE kind = ?', (kind,)).fetchall()
    expected = {entry for entry in expected if entry[0] in {field for _, field in indexes}}
    for number, field in indexes:
        found |= {(field, *entry) for entry in connection.execute(f'SELECT class, value, id FROM entries_{number}')}
    for entry in list(expected - found)[:3]:
        contents.fault('index', f'{entry} is missing')
    for entry in list(found - expected)[:3]:
        contents.fault('index', f'{entry} is of no record')
