"""Lives of a server, each under random clients, faults and neighbours, each with its end and a look at the files."""
import errno
import http.client
import json
import pathlib
import random
import shutil
import subprocess
import tempfile
import time
from collections import Counter

import neighbour
from checker import read_store
from clients import Storm
from disk import ALWAYS, Disk
from ledger import Ledger, original_of
from server import HERE, DoesNotStart, Server

CLIENTS = 5
LIVES_OF_A_STORE = 6
KEPT_IDS = 3000
HEAL_LIMIT = 60

# What can fail: calls, files, error, action.
FAULTS = [
    ('sync', 'log', errno.EIO, 'fail'),
    ('sync', 'log', errno.ENOSPC, 'fail'),
    ('sync', 'database', errno.EIO, 'fail'),
    ('sync', 'database', errno.EIO, 'fail'),
    ('sync', 'database', errno.ENOSPC, 'fail'),
    ('sync', 'log database', errno.EIO, 'fail'),
    ('write', 'log', errno.ENOSPC, 'fail'),
    ('write', 'log', errno.EIO, 'fail'),
    ('write', 'log', errno.ENOSPC, 'write_half'),
    ('write', 'database', errno.ENOSPC, 'fail'),
    ('write', 'database', errno.EIO, 'fail'),
    ('write', 'database', errno.ENOSPC, 'write_half'),
    ('write allocate', 'index', errno.ENOSPC, 'fail'),
    ('map', 'index', errno.ENOMEM, 'fail'),
    ('read', 'log', errno.EIO, 'fail'),
    ('read', 'database', errno.EIO, 'fail'),
    ('truncate', 'log database', errno.EIO, 'fail'),
    ('unlink sync_folder', 'log journal other', errno.EIO, 'fail'),
    ('open', 'log index journal', errno.EMFILE, 'fail'),
]
ENDS = ['kill', 'terminate', 'terminate faulty', 'cut', 'cut', 'cut', 'cut', 'cut at a call']


class Torture:
    def __init__(self, binary, library, seed, report=lambda line: None):
        self.binary, self.library, self.seed, self.report = binary, library, seed, report
        self.figures = Counter()
        self.faults = Counter()
        self.examples = []
        self.answers = Counter()
        self.kept = []
        self.number = 0
        self.root = None

    def run(self, is_over):
        """Life after life until `is_over(torture)`; then every store's last state has been looked at."""
        while not is_over(self):
            self._begin_store()
            for _ in range(LIVES_OF_A_STORE):
                if is_over(self) or self.ledger.faults:
                    break
                self._live()
            self._end_store()

    def _begin_store(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix='dropzone-rig.'))
        self.disk = Disk(self.library, self.root / 'disk', seed=self.seed * 1000 + self.number)
        self.ledger = Ledger()
        self.neighbours, self.neighbours_sent = [], 0
        self.there = []
        self.called_corrupt = 0

    def _end_store(self):
        self.figures['confirmed changes'] += self.ledger.confirmed
        self.figures['failed syncs'] += self.disk.failed_syncs
        self.faults += self.ledger.faults
        self.examples += self.ledger.examples
        self.answers += self.ledger.answers
        if self.ledger.faults:
            self.kept.append(str(self.root))
        else:
            shutil.rmtree(self.root)

    def _live(self):
        self.number += 1
        self.random = random.Random(f'{self.seed} {self.number}')
        self.disk.state.write_back_chance = self.random.choice([0, 0, 1000, 10_000])
        self.disk.state.half_sync_chance = self.random.choice([0, 0, 30_000])
        failed_before = self.disk.failed_syncs
        self.guests, self.exports, self.deeds = [], [], []
        try:
            self._start()
        except DoesNotStart as fault:
            return self._fault('does not start', fault)
        self._ask_for_export()
        storm = Storm(self.server, self.ledger, f's{self.number}', CLIENTS, self.seed, self.there)
        end = self.random.choice(ENDS)
        if self.random.random() < (0.9 if end.startswith('cut') else 0.5):
            self._order_failing_sync()
        if self.random.random() < 0.5:
            self.guests.append(neighbour.start(self.server, 'read-often'))
            self.deeds.append('readers in turn')
        for _ in range(self.random.randint(2, 7)):
            time.sleep(self.random.uniform(0.05, 0.5))
            if not self.disk.is_on or self.server.process.poll() is not None:
                break
            self._do_something()
        was_cut = self._end_life(end, storm)
        self.disk.heal()
        failed = self.disk.failed_syncs - failed_before
        self.figures['lives'] += 1
        if was_cut:
            self.figures['power cuts'] += 1
            self.figures['power cuts after a failed sync'] += failed > 0
        self._look()
        self.report(f'{self.number:4}  {end:16}  {self.ledger.confirmed:7} confirmed  {failed:3} failed syncs  '
                    f'{" · ".join(self.deeds)}{"  " + str(dict(self.ledger.faults)) if self.ledger.faults else ""}')

    def _start(self):
        """At times on a disk that fails meanwhile; then again on one that does not."""
        kinds = self._write_kinds()
        if self.random.random() < 0.3:
            if self.random.random() < 0.5:
                self.disk.order('write sync', 'log database', action='cut_power', skip=self.random.randint(0, 40))
            else:
                self._order_fault()
            try:
                self.server = Server(self.binary, self.disk, kinds)
                return self.disk.heal()
            except DoesNotStart:
                self.figures['failed starts'] += 1
                self.deeds.append('failed start')
                if not self.disk.is_on:
                    self._lose_power()
                    self.figures['power cuts'] += 1
                self.disk.heal()
                self._look()
        self.server = Server(self.binary, self.disk, kinds)

    def _write_kinds(self):
        """Indexes come and go."""
        folder = self.root / 'kinds'
        folder.mkdir(exist_ok=True)
        kind = json.loads((HERE / 'kinds/storm.json').read_text())
        if self.random.random() < 0.4:
            kind['indexes'] = self.random.sample(kind['indexes'], self.random.randint(0, 2))
        (folder / 'storm.json').write_text(json.dumps(kind))
        return folder

    def _fault(self, sort, what):
        self.ledger.fault(sort, f'life {self.number}: {what}')

    def _do_something(self):
        [deed] = self.random.choices(
            [self._order_fault, self._heal, self._read_long, self._let_go, self._leave_an_export, self._slow_down,
             self._insert_beside, self._execute_beside, self._back_up, self._evict], [9, 4, 3, 2, 1, 1, 1, 2, 1, 2])
        deed()

    def _order_fault(self):
        calls, files, error, action = self.random.choice(FAULTS)
        often = self.random.random() < 0.3
        self.disk.order(calls, files, error, action, skip=self.random.choice([0, 0, 1, 5, 30]),
                        times=ALWAYS if often else self.random.randint(1, 3),
                        chance=self.random.choice([0.02, 0.3, 1.0]) if often else 1.0)
        self.deeds.append(f'{calls} of {files} {"often" if often else "fails"}')

    def _order_failing_sync(self):
        sort = self.random.choice(['log', 'database', 'database', 'log database'])
        self.disk.order('sync', sort, skip=self.random.choice([0, 1, 2, 20] if 'log' in sort else [0, 0, 1]))
        self.deeds.append(f'a sync of the {sort} fails')

    def _heal(self):
        self.disk.heal()
        self.deeds.append('heal')

    def _evict(self):
        self.disk.evict()
        self.deeds.append('evict')

    def _slow_down(self):
        self.disk.slow('database', write_micros=self.random.choice([20, 100]))
        self.disk.slow('log', sync_micros=self.random.choice([0, 2000]))
        self.deeds.append('slow')

    def _read_long(self):
        try:
            self.guests.append(neighbour.begin_reading(self.server))
            self.deeds.append('reader')
        except RuntimeError:  # The disk failed it.
            self.deeds.append('no reader')

    def _let_go(self):
        for guest in self.guests:
            neighbour.end(guest)
        self.guests = []

    def _leave_an_export(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=5)
        connection.request('GET', '/export?kind=storm&original=true', headers=self.server.headers())
        self.exports.append(connection)
        self.deeds.append('export')

    def _insert_beside(self):
        first = self.neighbours_sent
        self.neighbours_sent += self.random.randint(1, 400)
        inserting = neighbour.start(self.server, 'insert', first, self.neighbours_sent)
        output, _ = self._wait_for(inserting)
        if output == 'stored\n':
            self.neighbours.append(range(first, self.neighbours_sent))
        self.deeds.append('insert next to')

    def _execute_beside(self):
        sql = self.random.choice(['PRAGMA integrity_check', 'VACUUM', 'PRAGMA wal_checkpoint(TRUNCATE)',
                                  'PRAGMA wal_checkpoint(RESTART)', 'REINDEX', 'ANALYZE'])
        self._wait_for(neighbour.start(self.server, 'execute', sql))
        self.deeds.append(sql)

    def _wait_for(self, process):
        try:
            return process.communicate(timeout=20)
        except subprocess.TimeoutExpired:  # It waits for a lock, or the power is off.
            process.kill()
            return process.communicate()

    def _back_up(self):
        file = self.root / f'backup-{self.number}-{len(self.deeds)}.db'
        done = subprocess.run([self.binary, 'backup', file, '--store', f'sqlite:{self.server.store}'],
                              env=self.server.env, capture_output=True, check=False)
        self.deeds.append('backup' if done.returncode == 0 else 'failed backup')
        if done.returncode == 0:
            self.figures['backups'] += 1
            for sort, what in read_store(file).faults:
                self._fault(sort, f'in a backup: {what}')
        file.unlink(missing_ok=True)

    def _end_life(self, end, storm):
        """Returns whether the power was cut."""
        died = self.server.process.poll()
        if died is not None:
            self._fault('died', f'the server ended with {died}')
        if end == 'cut at a call' and self.disk.is_on:
            self.disk.order(self.random.choice(['write', 'sync', 'write sync']),
                            self.random.choice(['log', 'database', 'log database']), action='cut_power',
                            skip=self.random.randint(0, 400))
            late = time.monotonic() + 2
            while self.disk.is_on and time.monotonic() < late:
                time.sleep(0.01)
        if end == 'kill' and self.random.random() < 0.5:
            self.disk.order('sync', 'log', times=ALWAYS)  # What the cache then has of the log is on no disk.
            self.deeds.append('no sync of the log before the end')
            time.sleep(0.1)
        if end.startswith('terminate') and died is None:
            self._terminate(end)
        else:
            if end.startswith('cut'):
                self.disk.power_off()
            self.server.kill()
            self.figures['kills'] += end == 'kill'
        for guest in self.guests:
            guest.kill()
            guest.communicate()
        storm.end()
        if end.startswith('cut'):
            self._lose_power()
        return end.startswith('cut')

    def _lose_power(self):
        self.disk.lose_power(self.random, self.random.choice([0, 0, 0.2, 0.5, 0.9]), self.random.choice([512, 4096]))

    def _terminate(self, end):
        if end == 'terminate':
            self.disk.heal()
            self._store_again()
        status = self.server.stop()
        self.figures['orderly ends'] += 1
        if status is None or (status != 0 and end == 'terminate'):
            self._fault('does not end well', f'with status {status}')

    def _store_again(self):
        """Once the disk is well, and without a restart."""
        record_id, late = f'well-{self.number}', time.monotonic() + HEAL_LIMIT
        while True:
            version = self.ledger.next_version(record_id)
            answer = self.server.request('POST', '/store?kind=storm&ifExists=replace', original_of(record_id, version))
            if answer.status in (200, 201):
                return self.ledger.confirm(record_id, version)
            self.ledger.leave_open([(record_id, version)])
            if time.monotonic() > late:
                return self._fault('does not heal', f'{answer.status} {answer.body}')
            time.sleep(0.1)

    def _look(self):
        contents = read_store(self.disk.store / 'rig.db')
        for sort, what in contents.faults:
            self._fault(sort, what)
        if any(sort == 'malformed' for sort, _ in contents.faults):
            return
        corrupt = self.ledger.answers['500 store_corrupt']
        if corrupt > self.called_corrupt:
            self._fault('called corrupt', f'{corrupt - self.called_corrupt} answers of store_corrupt, and the file is sound')
            self.called_corrupt = corrupt
        self.ledger.settle(contents.originals)
        if missing := self.ledger.rejects - contents.rejects:
            self._fault('lost', f'{len(missing)} rejects, {next(iter(missing))} among them')
        kept = {n for rows in self.neighbours for n in rows}
        if not kept <= contents.neighbours:
            self._fault('lost', f"{len(kept - contents.neighbours)} of a neighbour's rows")
        small = [record_id for record_id in contents.originals if not record_id.startswith('big')]
        self.there = self.random.sample(sorted(small), min(len(small), KEPT_IDS))

    def _ask_for_export(self):
        """The server shows the same as its files did."""
        answer = self.server.request('GET', '/export?kind=storm&original=false')
        lines = answer.body.splitlines()
        found = {record['_id']: record['n'] for record in map(json.loads, lines)}
        expected = {record_id: record.seen for record_id, record in self.ledger.records.items() if record.seen}
        if len(found) != len(lines):
            self._fault('doubled', 'an export has a record twice')
        if found != expected:
            self._fault('lost', f'an export has {len(found)} records, not {len(expected)}')
        self.ledger.close()
