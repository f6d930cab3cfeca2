"""The modelled disk, seen from outside: orders faults, cuts the power. See ../model_disk."""
import ctypes
import errno
import mmap
import os
import pathlib
import shutil
import threading

CALLS = ['open', 'read', 'write', 'sync', 'truncate', 'allocate', 'unlink', 'rename', 'link', 'map', 'sync_folder']
SORTS = ['database', 'log', 'index', 'journal', 'other']
ACTIONS = ['fail', 'write_half', 'cut_power']
SECTOR = 512
PAGE = 4096
MAGIC = 0x4d444b31
ALWAYS = 0xffffffff
WHOLE = 65536
NOT_TRUNCATED = 2 ** 64 - 1

u32, i32, u64 = ctypes.c_uint32, ctypes.c_int32, ctypes.c_uint64


class Rule(ctypes.Structure):
    _fields_ = [('active', u32), ('calls', u32), ('files', u32), ('action', u32), ('error', i32),
                ('chance', u32), ('skip', u32), ('times', u32), ('hits', u32)]


class Slot(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char * 104), ('is_on_disk', u32), ('is_unlinked', u32), ('failures', u32),
                ('failure_is_told', u32), ('evict', u32), ('padding', u32), ('truncated_to', u64), ('first_dirty', u64), ('end_dirty', u64),
                ('end_marked', u64)]


class State(ctypes.Structure):
    """As state.h has it."""
    _fields_ = [('magic', u32), ('is_on', u32), ('seed', u64), ('draws', u64), ('write_back_chance', u32),
                ('half_sync_chance', u32), ('write_micros', u32 * 5), ('sync_micros', u32 * 5),
                ('calls', u32 * 5 * 11), ('forgotten', u32), ('rules', Rule * 16),
                ('slots', Slot * 24)]


def bits(names, of):
    return sum(1 << of.index(name) for name in names.split())


class Disk:
    """A folder `store` whose files are on the modelled disk, for processes started with env()."""

    def __init__(self, library, root, seed=0):
        self.library = str(library)
        self.root = pathlib.Path(root).resolve()
        self.store = self.root / 'store'
        self._lock = threading.Lock()
        self.failed_syncs = 0
        for folder in ('store', 'disk', 'dirty'):
            (self.root / folder).mkdir(parents=True)
        with open(self.root / 'state', 'w+b') as file:
            file.truncate(ctypes.sizeof(State))
            self._memory = mmap.mmap(file.fileno(), ctypes.sizeof(State))
        self.state = State.from_buffer(self._memory)
        self.state.seed = seed
        self.state.is_on = 1
        self.state.magic = MAGIC

    def env(self):
        return {'LD_PRELOAD': self.library, 'MODEL_DISK': str(self.root)}

    def order(self, calls, files, error=errno.EIO, action='fail', skip=0, times=1, chance=1.0):
        """Orders a fault, as soon as a call matches; returns its rule, whose `hits` count."""
        with self._lock:
            rule = next((each for each in self.state.rules if not each.active or not each.times), None)
            if rule is None:
                rule = self.state.rules[0]
            self._count(rule)
            rule.calls = bits(calls, CALLS)
            rule.files = bits(files, SORTS)
            rule.action = ACTIONS.index(action)
            rule.error = error
            rule.skip, rule.times, rule.hits = skip, times, 0
            rule.chance = round(chance * WHOLE)
            rule.active = 1
            return rule

    def heal(self):
        with self._lock:
            for rule in self.state.rules:
                self._count(rule)
            for i in range(len(SORTS)):
                self.state.write_micros[i] = self.state.sync_micros[i] = 0

    def _count(self, rule):
        if rule.active and rule.calls & bits('sync', CALLS) and rule.action == 0:
            self.failed_syncs += rule.hits
        rule.active = 0
        rule.hits = 0

    def calls(self, call, sort):
        return self.state.calls[CALLS.index(call)][SORTS.index(sort)]

    def slow(self, sort, write_micros=0, sync_micros=0):
        self.state.write_micros[SORTS.index(sort)] = write_micros
        self.state.sync_micros[SORTS.index(sort)] = sync_micros

    def evict(self):
        """What failed syncs have dropped is read from the disk again, where it is older."""
        for slot in self.state.slots:
            slot.evict = 1

    def power_off(self):
        """From now on no call changes a file. Kill the processes, then call lose_power()."""
        self.state.is_on = 0

    @property
    def is_on(self):
        return self.state.is_on != 0

    def lose_power(self, random, survives=0.0, unit=SECTOR):
        """Leaves in the folder what a power cut leaves; of what is not synced, each unit with this chance.

        Precondition: no process has files in the folder open. Returns how many sectors were not synced.
        """
        lost = 0
        for number, slot in enumerate(self.state.slots):
            if slot.name:
                lost += self._lose_power_of(number, slot, random, survives, unit)
            self.state.slots[number] = Slot()
        for path in (self.root / 'dirty').iterdir():
            os.truncate(path, 0)
        for path in self.store.glob('*-shm'):
            if random.random() < 0.5:
                path.unlink()
        self.heal()
        self._load()
        self.state.is_on = 1
        return lost

    def _lose_power_of(self, number, slot, random, survives, unit):
        name = slot.name.decode()
        path, shadow = self.store / name, self.root / 'disk' / name
        if name.endswith('-shm'):
            return 0
        if slot.is_unlinked:
            if random.random() < 0.5:
                shutil.copyfile(shadow, path)  # That it was removed has not reached the disk.
            return 0
        if not path.exists():
            return 0
        if not slot.is_on_disk and random.random() >= survives:
            path.unlink()
            return 0
        shadow.touch()
        dirty = [at for at, sector in enumerate(self._sectors(number)) if sector == 1]
        current = path.stat().st_size
        with open(path, 'rb') as file, open(shadow, 'r+b') as disk:
            if slot.truncated_to != NOT_TRUNCATED and random.random() < 0.5:
                disk.truncate(min(slot.truncated_to, shadow.stat().st_size))
            kept = {}
            for at in dirty:
                group = at * SECTOR // unit
                if group not in kept:
                    kept[group] = random.random() < survives
                if kept[group]:
                    file.seek(at * SECTOR)
                    disk.seek(at * SECTOR)
                    disk.write(file.read(SECTOR))
            disk.flush()
            if random.random() < survives and current > os.fstat(disk.fileno()).st_size:
                disk.truncate(current)  # The size is on the disk before the bytes are.
        shutil.copyfile(shadow, path)
        return len(dirty)

    def _sectors(self, number):
        path = self.root / 'dirty' / str(number)
        if not path.exists():
            return b''
        with open(path, 'rb') as file:
            return file.read(self.state.slots[number].end_marked)

    def _load(self):
        """Takes the folder's files as they are for what is on the disk."""
        for path in (self.root / 'disk').iterdir():
            path.unlink()
        for number, path in enumerate(sorted(self.store.iterdir())):
            if path.name.endswith('-shm'):
                continue
            shutil.copyfile(path, self.root / 'disk' / path.name)
            slot = Slot(name=path.name.encode(), is_on_disk=1, truncated_to=NOT_TRUNCATED,
                        first_dirty=2 ** 24)
            self.state.slots[number] = slot
