"""What was sent, and what was confirmed, refused or left open of it; and whether the store agrees."""
import hashlib
import json
import threading
from collections import Counter

ABSENT = 0
MOST_NAMED = 5  # Of each sort of fault.


def original_of(record_id, version):
    """The text of a record's version. Nothing of it need be remembered: it follows from the two."""
    digest = hashlib.sha256(f'{record_id} {version}'.encode()).hexdigest()
    sort = int(digest[:2], 16)
    pad = digest * (3000 if record_id.startswith('big') else 30 if sort < 120 else 3)
    values = [int(digest[2:4], 16) % 9, int(digest[4:6], 16) / 8, digest[6:8], None, version]
    return (f'{{"_id":"{record_id}",  "n": {version}, "tag":"t{sort % 11}" ,'
            f'"list":{json.dumps(values[:sort % 6])}, "pad":"{pad}"}}')


class Record:
    """The versions that the store may have now; those that it has refused, and the one that it had at the last look."""
    __slots__ = ('possible', 'refused', 'seen', 'sent')

    def __init__(self):
        self.possible = {ABSENT}
        self.seen = ABSENT
        self.refused = set()
        self.sent = 0


class Ledger:
    """Thread-safe, but for a record: its client alone sends changes of it."""

    def __init__(self):
        self.records = {}
        self.rejects = set()          # The ids of those confirmed.
        self.open_groups = []         # (ids, version): all or none, but nobody knows which.
        self.confirmed = 0            # Changes of records.
        self.answers = Counter()      # By status and code.
        self.faults = Counter()
        self.examples = []
        self._lock = threading.Lock()

    def next_version(self, record_id):
        with self._lock:
            record = self.records.setdefault(record_id, Record())
        record.sent += 1
        return record.sent

    def confirm(self, record_id, version):
        self.records[record_id].possible = {version}
        with self._lock:
            self.confirmed += 1

    def refuse(self, record_id, version):
        self.records[record_id].refused.add(version)

    def leave_open(self, changes, all_or_none=False):
        for record_id, version in changes:
            self.records[record_id].possible.add(version)
        if all_or_none:
            with self._lock:
                self.open_groups.append(changes)

    def is_there(self, record_id):
        """The store says so."""
        record = self.records[record_id]
        if record.possible == {ABSENT}:
            self.fault('doubled', f'{record_id} was said to be there, and cannot be')
        elif len(record.possible) > 1:
            record.possible.discard(ABSENT)

    def is_missing(self, record_id):
        """The store says so."""
        record = self.records[record_id]
        if ABSENT not in record.possible:
            self.fault('lost', f'{record_id} was said to be missing, and cannot be')
        record.possible = {ABSENT}

    def count_answer(self, answer):
        with self._lock:
            self.answers[f'{answer.status} {answer.code}'.strip()] += 1

    def fault(self, sort, what):
        with self._lock:
            self.faults[sort] += 1
            if self.faults[sort] <= MOST_NAMED:
                self.examples.append(f'{sort}: {what}')

    def settle(self, found):
        """Compares with the store after its end, as `found`: originals by id."""
        for changes in self.open_groups:
            there = {_version_of(found, record_id, version) for record_id, version in changes}
            if len(there) > 1:
                self.fault('halved', f'of {changes[0][0]} and {len(changes) - 1} more some are there, some not')
        for record_id, record in self.records.items():
            text = found.get(record_id)
            version = ABSENT if text is None else _version_in(text)
            if version and text != original_of(record_id, version):
                self.fault('mixed', f'{record_id} has {text[:80]}')
            if version not in record.possible:
                sort = 'refused but present' if version in record.refused else 'lost'
                self.fault(sort, f'{record_id} is {version}; possible are {sorted(record.possible)}')
            record.seen = version
        for record_id in found.keys() - self.records.keys():
            self.fault('foreign', f'{record_id} was never sent')

    def close(self):
        """What was seen last is durable: nothing is open any more. So it is once a server has started."""
        self.open_groups = []
        for record in self.records.values():
            record.possible = {record.seen}
            record.refused = set()


def _version_in(text):
    return json.loads(text)['n']


def _version_of(found, record_id, version):
    text = found.get(record_id)
    present = ABSENT if text is None else _version_in(text)
    return present == version
