"""The modelled disk, seen from outside: orders faults, cuts the power. See ../model_disk."""
import ctypes
import errno
import mmap
import os
import pathlib
import threading

CALLS = ['open', 'read', 'write', 'sync', 'truncate', 'allocate', 'unlink', 'rename', 'link', 'map', 'sync_folder']
SORTS = ['database', 'log', 'index', 'journal', 'other']
ACTIONS = ['fail', 'write_half', 'cut_power']
SECTOR = 512
DIRTY = 1
MAGIC = 0x4d444b31
ALWAYS = 0xffffffff
WHOLE = 65536
NOT_TRUNCATED = 2 ** 64 - 1

u32, i32, u64 = ctypes.c_uint32, ctypes.c_int32, ctypes.c_uint64


class Rule(ctypes.Structure):
    _fields_ = [('active', u32), ('calls', u32), ('files', u32), ('action', u32), ('error', i32),
                ('chance', u32), ('skip', u32), ('times', u32), ('hits', u32)]


class Slot(ctypes.Structure):
    _fields_ = [('name', ctypes.c_char * 104), ('disk_name', ctypes.c_char * 104), ('generation', u32),
                ('failures', u32), ('failure_is_told', u32), ('evict', u32), ('truncated_to', u64),
                ('first_dirty', u64), ('end_dirty', u64), ('end_marked', u64)]


class State(ctypes.Structure):
    """As state.h has it."""
    _fields_ = [('magic', u32), ('is_on', u32), ('seed', u64), ('draws', u64), ('write_back_chance', u32),
                ('half_sync_chance', u32), ('write_micros', u32 * 5), ('sync_micros', u32 * 5),
                ('calls', u32 * 5 * 11), ('forgotten', u32), ('rules', Rule * 16),
                ('slots', Slot * 48)]


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
        """What failed syncs have dropped is read from the disk again, if it is older."""
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

        Precondition: no process has files in the folder open.
        """
        names_are_kept = random.random() < 0.5  # Files that are new, renamed or removed since the folder's last sync.
        left = {}
        for number, slot in enumerate(self.state.slots):
            name = (slot.name if names_are_kept else slot.disk_name).decode()
            if name and not name.endswith('-shm'):
                left[name] = self._lose_power_of(number, slot, random, survives, unit)
        for slot in self.state.slots:
            is_index = slot.name.endswith(b'-shm')  # SQLite makes it again, whatever it has.
            if slot.name and not (is_index and random.random() < 0.5):
                (self.store / slot.name.decode()).unlink(missing_ok=True)
        for name, file in left.items():
            os.replace(file, self.store / name)
        self.heal()
        self.forget()
        self.state.is_on = 1

    def _lose_power_of(self, number, slot, random, survives, unit):
        """A file with what is left."""
        disk = self.root / 'disk' / str(number)
        disk.touch()
        file = self.store / slot.name.decode()
        if not slot.name or not file.exists():
            return disk
        with open(file, 'rb') as cache, open(disk, 'r+b') as left:
            if slot.truncated_to != NOT_TRUNCATED and random.random() < 0.5:
                left.truncate(min(slot.truncated_to, disk.stat().st_size))
            kept = {}
            for at in (at for at, sector in enumerate(self._sectors(number)) if sector == DIRTY):
                group = at * SECTOR // unit
                if group not in kept:
                    kept[group] = random.random() < survives
                if kept[group]:
                    cache.seek(at * SECTOR)
                    left.seek(at * SECTOR)
                    left.write(cache.read(SECTOR))
            left.flush()
            size = file.stat().st_size
            if random.random() < survives and size > os.fstat(left.fileno()).st_size:
                left.truncate(size)  # The size is on the disk before the bytes are.
        return disk

    def _sectors(self, number):
        path = self.root / 'dirty' / str(number)
        if not path.exists():
            return b''
        with open(path, 'rb') as file:
            return file.read(self.state.slots[number].end_marked)

    def forget(self):
        """The library takes the files that it then opens for what is on the disk."""
        for number, slot in enumerate(self.state.slots):
            self.state.slots[number] = Slot(generation=slot.generation + 1)
        for path in (self.root / 'disk').iterdir():
            path.unlink()
        for path in (self.root / 'dirty').iterdir():
            os.truncate(path, 0)
