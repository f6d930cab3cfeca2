"""Sequences that are known to be dangerous, each by itself. A scenario raises AssertionError if it ends badly."""
import contextlib
import errno
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import threading
import time

import check_disk
import neighbour
from checker import read_store
from disk import ALWAYS, Disk
from server import DoesNotStart, Server, Unanswered

MEBI = 2 ** 20
FULL_LOG = 64 * MEBI  # About so large the log is begun again.
WAIT_LIMIT = 60


class Stage:
    """A server on a disk of its own, and what it has confirmed."""

    def __init__(self, binary, library):
        self.binary = binary
        self.root = pathlib.Path(tempfile.mkdtemp(prefix='dropzone-rig.'))
        self.disk = Disk(library, self.root / 'disk')
        self.server = Server(binary, self.disk)
        self.log = pathlib.Path(f'{self.server.store}-wal')
        self.confirmed = set()
        self.guests = []
        self.turn = 0

    def store(self, records=1, size=1000):
        """One request; its answer."""
        self.turn += 1
        ids = [f'r{self.turn}-{i}' for i in range(records)]
        body = json.dumps([{'_id': each, 'n': self.turn, 'tag': 'x', 'pad': 'p' * size} for each in ids])
        answer = self.server.request('POST', '/store?kind=storm&return=counts', body)
        if answer.status == 201:
            self.confirmed.update(ids)
        return answer

    def store_bytes(self, size):
        for _ in range(-(-size // MEBI)):
            answer = self.store(10, MEBI // 10)
            assert answer.status == 201, answer.body

    def fill_log(self, size):
        """Precondition: it was not begun again yet."""
        while self.log_size() < size:
            self.store_bytes(MEBI)

    def log_size(self):
        return self.log.stat().st_size if self.log.exists() else 0

    def log_salts(self):
        """They change when the log is begun again."""
        with open(self.log, 'rb') as log:
            log.seek(16)
            return struct.unpack('>II', log.read(8))

    def read(self):
        self.guests.append(neighbour.begin_reading(self.server))
        return self.guests[-1]

    def end_reading(self, reader):
        self.guests.remove(reader)
        neighbour.end(reader)

    def die(self, power=True):
        if not power:
            self.disk.power_off()
        self.server.kill()
        for guest in self.guests:
            guest.kill()
            guest.communicate()
        self.guests = []
        if not power:
            self.disk.lose_power(random.Random(1))

    def restart(self):
        self.server = Server(self.binary, self.disk)

    def check(self):
        """What was confirmed is in the files, and they are sound. Precondition: the server has ended."""
        contents = read_store(self.server.store)
        assert not contents.faults, contents.faults
        missing = self.confirmed - contents.originals.keys()
        assert not missing, f'{len(missing)} of {len(self.confirmed)} that were confirmed are missing'
        return contents

    def end(self):
        if self.server.process.poll() is None:
            self.die()
        shutil.rmtree(self.root)


def wait_until(what, happens, limit=WAIT_LIMIT):
    late = time.monotonic() + limit
    while not happens():
        assert time.monotonic() < late, f'{what} does not happen'
        time.sleep(0.01)


def the_disk_is_as_linux_has_it(stage):
    """A disk that is too kind would find nothing."""
    check_disk.check(Disk(stage.disk.library, stage.root / 'another'))


def rounds_of_the_thread(stage):
    return stage.disk.calls('sync', 'database')


def a_sync_fails_after_a_round_that_nobody_synced(stage):
    """The writer moves a part of the log while a reader holds the rest; then the round that moves all fails to sync."""
    disk = stage.disk
    stage.fill_log(FULL_LOG - 4 * MEBI)
    first = stage.read()
    synced = rounds_of_the_thread(stage)
    stage.fill_log(FULL_LOG + MEBI)
    wait_until('a round of the thread', lambda: rounds_of_the_thread(stage) > synced)
    second = stage.read()
    stage.end_reading(first)
    written = disk.calls('write', 'database')
    stage.store()
    with contextlib.suppress(AssertionError):  # Where nothing is moved without a sync, nothing is moved here.
        wait_until('a part of the log is moved', lambda: disk.calls('write', 'database') > written, 2)
    stage.end_reading(second)
    failing = disk.order('sync', 'database')
    salts = stage.log_salts()
    assert stage.store(24, MEBI).status == 201  # In one transaction, with which a round of the thread is complete.
    with contextlib.suppress(AssertionError):
        wait_until('a sync fails', lambda: failing.hits, 2)
    for _ in range(40):
        stage.store_bytes(MEBI)
        if failing.hits and stage.log_salts() != salts:
            break
    assert failing.hits, 'no sync has failed'
    stage.die(power=False)
    stage.check()
    stage.restart()
    assert stage.store().status == 201


def a_neighbour_writes_after_a_rolled_back_transaction(stage):
    """A batch that does not fit leaves nothing that could be written over what another program commits."""
    stage.store()
    failing = stage.disk.order('write allocate', 'index', errno.ENOSPC, times=ALWAYS)
    answer = stage.store(27, MEBI)
    assert failing.hits and answer.status == 507, f'{answer.status} {answer.body}'
    stage.disk.heal()
    inserting = neighbour.start(stage.server, 'insert', 0, 9000)
    output, fault = inserting.communicate()
    assert output == 'stored\n', fault
    assert stage.store().status == 201
    stage.die()
    contents = stage.check()
    assert contents.neighbours == set(range(9000)), f'{len(contents.neighbours)} rows of the neighbour are there'


def stores_go_on_when_a_long_reader_has_ended(stage):
    """What has piled up behind a reader is moved concurrently with the writers, on a slow disk."""
    stage.disk.slow('database', write_micros=300)
    answers, stop = [], threading.Event()

    def client(number):
        body_of = lambda turn: json.dumps([{'_id': f'{number}-{turn}-{i}', 'n': turn, 'tag': 'x', 'pad': 'p' * 6000}
                                           for i in range(40)])
        turn = 0
        while not stop.is_set():
            turn += 1
            with contextlib.suppress(Unanswered):
                answers.append(stage.server.request('POST', '/store?kind=storm&return=counts', body_of(turn)))

    clients = [threading.Thread(target=client, args=[i]) for i in range(8)]
    for each in clients:
        each.start()
    reader = stage.read()
    wait_until('the log grows', lambda: stage.log_size() > 3 * FULL_LOG, 60)
    stage.end_reading(reader)
    time.sleep(10)
    stop.set()
    for each in clients:
        each.join()
    slowest = max(answer.seconds for answer in answers)
    refused = [answer for answer in answers if answer.status != 201]
    print(f'    {len(answers)} stores, the slowest {slowest:.1f} s, {len(refused)} refused, log {stage.log_size() >> 20} MiB')
    assert not refused, f'{len(refused)} refused, such as {refused[0].status} {refused[0].body}'
    assert slowest < 4, f'a store waited {slowest:.1f} s'


def it_is_seen_that_nothing_is_moved_any_more(stage):
    """A sync of the file has failed: the log or a metric says so, and what is stored goes on or is refused."""
    failing = stage.disk.order('sync', 'database')
    for _ in range(100):
        stage.store_bytes(2 * MEBI)
        if failing.hits:
            break
    assert failing.hits, 'no sync has failed'

    def is_seen():
        page = stage.server.request('GET', '/metrics').body.decode()
        failures = [line for line in page.splitlines()
                    if line.startswith('dropzone_store') and 'failures' in line and not line.endswith(' 0')]
        logged = [line for line in open(stage.server.log) if '"severity":"INFO"' not in line]
        return failures or logged

    wait_until('a reported failure', is_seen)
    stage.die(power=False)
    stage.check()


def what_may_be_there_is_told_so(stage):
    """A commit whose sync has failed may be there after a crash: the answer says that nobody knows."""
    stage.store()
    before = len(stage.confirmed)
    for error in (errno.EIO, errno.ENOSPC):
        stage.disk.order('sync', 'log', error)
        answer = stage.store()
        assert answer.status != 201
        stage.die()
        present = len(stage.check().originals) - before
        assert not present or answer.code == 'outcome_unknown', f'{answer.status} {answer.code}, and it is there'
        before += present
        stage.disk.heal()
        stage.restart()


def what_a_killed_server_could_not_sync_is_not_built_upon(stage):
    """After `kill -9` the cache shows a log whose end is on no disk. What is confirmed then must not hang on it."""
    stage.store()
    stage.disk.order('sync', 'log', times=ALWAYS)
    assert stage.store().status != 201
    stage.die()
    stage.disk.heal()
    stage.restart()
    for _ in range(3):
        assert stage.store().status == 201
    stage.die(power=False)
    stage.check()
    stage.restart()
    assert stage.store().status == 201


def an_empty_file_beside_a_full_log_is_refused(stage):
    """Nothing is destroyed, and with the file put back all is there."""
    stage.store(100)
    for spoil in (lambda file: file.unlink(), lambda file: os.truncate(file, 0)):
        stage.die()
        shutil.copyfile(stage.server.store, stage.root / 'aside')
        log = stage.log.read_bytes()
        assert log
        spoil(stage.server.store)
        with contextlib.suppress(DoesNotStart):
            stage.restart()
            raise AssertionError('the server has started on an empty file next to a full log')
        assert stage.log.read_bytes() == log, 'the log was changed'
        shutil.copyfile(stage.root / 'aside', stage.server.store)
        stage.check()
        stage.restart()
        assert stage.store().status == 201


def check_start_is_refused(stage, words):
    """The server says so, and leaves file and log as they are."""
    before = [path.read_bytes() for path in (stage.server.store, stage.log)]
    try:
        stage.restart()
    except DoesNotStart as refusal:
        assert words in str(refusal), refusal
    else:
        raise AssertionError('the server has started')
    assert before == [path.read_bytes() for path in (stage.server.store, stage.log)], 'a file was changed'


def the_log_of_another_store_is_refused(stage):
    """Next to the file of a server that was killed, and of one that has ended. With its own log the store has all."""
    stage.store(100)
    stage.die()
    foreign = stage.log.read_bytes()
    for path in stage.disk.store.iterdir():
        path.unlink()
    stage.disk.forget()
    stage.confirmed = set()
    stage.restart()
    for is_killed in (True, False):
        stage.store(50)
        if is_killed:
            stage.die()
        else:
            stage.server.stop()
        own = stage.log.read_bytes() if stage.log.exists() else None
        stage.log.write_bytes(foreign)
        check_start_is_refused(stage, 'was not written for that file')
        if own is None:
            stage.log.unlink()
        else:
            stage.log.write_bytes(own)
        stage.check()
        stage.restart()


def a_file_that_is_replaced_under_the_server_is_seen(stage):
    """Stores are refused until it is back. The next server refuses the other file next to the log."""
    store, aside, backup = stage.server.store, stage.disk.store / 'aside', stage.disk.store / 'backup'
    stage.store(50)
    subprocess.run([stage.binary, 'backup', backup, '--store', f'sqlite:{store}'], env=stage.server.env, check=True,
                   capture_output=True)
    store.rename(aside)
    backup.rename(store)
    answer = stage.store()
    assert answer.code == 'store_replaced', f'{answer.status} {answer.body}'
    assert stage.server.request('GET', '/health/ready').status == 503
    store.rename(backup)
    aside.rename(store)
    assert stage.store().status == 201
    store.rename(aside)
    backup.rename(store)
    stage.die()
    check_start_is_refused(stage, 'was not written for that file')
    aside.replace(store)
    stage.check()
    stage.restart()
    assert stage.store().status == 201


def a_killed_backup_leaves_nothing_in_the_way(stage):
    """The same name can be used again. And a file system without hard links takes a backup."""
    stage.store_bytes(8 * MEBI)
    file = stage.disk.store / 'copy'
    command = [stage.binary, 'backup', file, '--store', f'sqlite:{stage.server.store}']
    stage.disk.slow('other', write_micros=5000)
    stage.disk.slow('journal', write_micros=5000)
    writes = stage.disk.calls('write', 'other')
    copying = subprocess.Popen(command, env=stage.server.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_until('the copy has begun',
               lambda: stage.disk.calls('write', 'other') > writes + 3 or copying.poll() is not None)
    copying.kill()
    copying.wait()
    stage.disk.heal()
    stage.disk.order('link', 'other', errno.EPERM, times=ALWAYS)
    file.unlink(missing_ok=True)
    done = subprocess.run(command, env=stage.server.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    contents = read_store(file)
    assert not contents.faults and contents.originals.keys() == stage.confirmed, contents.faults
    assert not [path for path in stage.disk.store.iterdir() if '.part' in path.name], 'parts are left'


def a_restore_that_is_cut_off_leaves_the_old_store_or_the_new_one(stage):
    """The power goes at one call after the other, until a restore comes to its end."""
    store, aside, backup = stage.disk.store, stage.root / 'aside', stage.root / 'backup.db'
    stage.store(50)
    url = f'sqlite:{stage.server.store}'
    subprocess.run([stage.binary, 'backup', backup, '--store', url], env=stage.server.env, check=True,
                   capture_output=True)
    new = set(stage.confirmed)
    stage.store(50)
    stage.die()
    shutil.copytree(store, aside)
    cuts, point = 0, 0
    while True:
        stage.disk.order('write sync truncate rename unlink open sync_folder', 'database log journal other',
                         action='cut_power', skip=point)
        with open(stage.root / 'restore.log', 'w+') as log:
            restoring = subprocess.Popen([stage.binary, 'restore', backup, '--store', url], env=stage.server.env,
                                         stdout=log, stderr=log)
            wait_until('an end', lambda: restoring.poll() is not None or not stage.disk.is_on)
            restoring.kill()
            log.seek(0)
            assert restoring.wait() == 0 or not stage.disk.is_on, log.read()
        if stage.disk.is_on:
            break
        cuts += 1
        stage.disk.lose_power(random.Random(point), survives=0.3)
        found = keys_after_a_start(stage)
        assert found in (new, stage.confirmed), f'cut at call {point}: {len(found)} records'
        shutil.rmtree(store)
        shutil.copytree(aside, store)
        stage.disk.forget()
        point += 1 + point // 6
    stage.disk.heal()
    found = keys_after_a_start(stage)
    assert found == new and cuts > 10, f'{len(found)} records after {cuts} cuts'


def keys_after_a_start(stage):
    stage.restart()
    answer = stage.server.request('GET', '/export?kind=storm')
    assert answer.status == 200, answer.body
    assert stage.server.stop() == 0
    return {json.loads(line)['_id'] for line in answer.body.splitlines()}


SHORT = [
    the_disk_is_as_linux_has_it,
    a_sync_fails_after_a_round_that_nobody_synced,
    a_neighbour_writes_after_a_rolled_back_transaction,
    it_is_seen_that_nothing_is_moved_any_more,
    what_may_be_there_is_told_so,
    what_a_killed_server_could_not_sync_is_not_built_upon,
    an_empty_file_beside_a_full_log_is_refused,
    the_log_of_another_store_is_refused,
    a_file_that_is_replaced_under_the_server_is_seen,
    a_killed_backup_leaves_nothing_in_the_way,
]
ALL = [
    *SHORT,
    a_restore_that_is_cut_off_leaves_the_old_store_or_the_new_one,
    stores_go_on_when_a_long_reader_has_ended,
]


def run(scenarios, binary, library):
    """Returns those that failed, by name."""
    failed = []
    for scenario in scenarios:
        name = scenario.__name__.replace('_', ' ')
        begin = time.monotonic()
        stage = Stage(binary, library)
        try:
            scenario(stage)
            print(f'  ok    {time.monotonic() - begin:5.1f} s  {name}', flush=True)
        except (AssertionError, DoesNotStart, Unanswered) as fault:
            failed.append(name)
            print(f'  FAIL  {time.monotonic() - begin:5.1f} s  {name}: {fault}'[:1000], flush=True)
        finally:
            stage.end()
    return failed
