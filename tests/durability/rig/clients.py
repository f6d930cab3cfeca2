"""Clients that store, replace and delete at random, and tell the ledger what the server has answered."""
import json
import random
import threading

from ledger import ABSENT, original_of
from server import Unanswered

UNKNOWN_CODES = {'outcome_unknown', 'deadline_exceeded'}  # Of a 503.


class Client:
    """Sends changes of records that are its own, one request after the other."""

    def __init__(self, server, ledger, name, number, seed):
        self.server, self.ledger, self.name = server, ledger, f'{name}c{number}'
        self.big = [f'big-{number}-{i}' for i in range(20)]
        self.random = random.Random(seed)
        self.turn = 0
        self.there = []  # Ids that are confirmed to be there.

    def run(self, stop):
        """Until the server does not answer any more, or `stop` is set."""
        work = [(self.store_one, 6), (self.store_batch, 5), (self.store_lines, 3), (self.store_atomic, 3),
                (self.store_much, 1), (self.replace_big, 6), (self.replace, 4), (self.replace_group, 3), (self.skip, 2), (self.fail, 1),
                (self.delete, 2), (self.reject, 2)]
        while not stop.is_set():
            self.turn += 1
            [chosen] = self.random.choices([each for each, _ in work], [weight for _, weight in work])
            try:
                chosen()
            except Unanswered:
                if self.server.process.poll() is not None or not self.server.disk.is_on:
                    return

    def _new_ids(self, count):
        return [f'{self.name}-{self.turn}-{i}' for i in range(count)]

    def _take(self, count):
        """Ids that are there; nobody else changes them meanwhile."""
        self.random.shuffle(self.there)
        taken, self.there = self.there[:count], self.there[count:]
        return taken

    def store_one(self):
        self._store(self._new_ids(1))

    def store_batch(self):
        self._store(self._new_ids(self.random.randint(2, 60)))

    def store_much(self):
        self._store(self._new_ids(self.random.randint(300, 900)))

    def store_atomic(self):
        self._store(self._new_ids(self.random.randint(2, 20)), mode='atomic')

    def store_lines(self):
        """NDJSON, with lines that are refused and kept."""
        ids = self._new_ids(self.random.randint(2, 40))
        self._store(ids, lines=True, bad=['{"n": "no number", "tag": "x"}', '{"n": 7', '[]'][:self.random.randint(0, 3)])

    def replace_big(self):
        """Fills the log without filling the file."""
        self._store(self.random.sample(self.big, self.random.randint(5, 20)), if_exists='replace')

    def replace(self):
        if ids := self._take(self.random.randint(1, 10)):
            self._store(ids, if_exists='replace')

    def replace_group(self):
        if ids := self._take(5):
            self._store(ids, if_exists='replace', mode='atomic')

    def skip(self):
        self._store(self._take(3) + self._new_ids(3), if_exists='skip')

    def fail(self):
        self._store(self._take(2) + self._new_ids(2), mode=self.random.choice(['partial', 'atomic']))

    def reject(self):
        self._store([], bad=['{"tag": "there is no number"}'] * self.random.randint(1, 3))

    def delete(self):
        ids = self._take(self.random.randint(1, 5))
        if not ids:
            return
        changes = [(record_id, ABSENT) for record_id in ids]
        try:
            answer = self.server.request('POST', '/delete', json.dumps({'_id': ids}))
        except Unanswered:
            return self.ledger.leave_open(changes)
        self.ledger.count_answer(answer)
        if answer.status != 200:
            return self._not_done(answer, changes, False)
        for record_id in answer.json['missing']:
            self.ledger.fault('lost', f'{record_id} was there, and is said to be missing')
        for record_id, version in changes:
            self.ledger.confirm(record_id, version)

    def _store(self, ids, mode='partial', if_exists='fail', lines=False, bad=()):
        changes = [(record_id, self.ledger.next_version(record_id)) for record_id in ids]
        texts = [original_of(*change) for change in changes]
        texts += bad
        body = '\n'.join(texts) if lines else f'[{",".join(texts)}]'
        target = f'/store?kind=storm&ifExists={if_exists}&mode={mode}&return=ids'
        try:
            answer = self.server.request('POST', target, body.encode(),
                                         'application/x-ndjson' if lines else 'application/json')
        except Unanswered:
            return self.ledger.leave_open(changes, mode == 'atomic')
        self.ledger.count_answer(answer)
        if answer.status not in (200, 201, 207, 422):
            return self._not_done(answer, changes, mode == 'atomic')
        for change, result in zip(changes + [None] * len(bad), answer.json['results'], strict=True):
            if change is None:
                if 'rejectId' in result:
                    self.ledger.rejects.add(result['rejectId'])
                continue
            self._note(change, result)

    def _note(self, change, result):
        record_id, version = change
        status = result['status']
        if status in ('stored', 'replaced'):
            if status == 'stored' and ABSENT not in self.ledger.records[record_id].possible:
                self.ledger.fault('lost', f'{record_id} was there, and is stored as new')
            if status == 'replaced':
                self.ledger.is_there(record_id)
            self.ledger.confirm(record_id, version)
            self._give_back(record_id)
            return
        self.ledger.refuse(record_id, version)
        if status == 'skipped' or result.get('error', {}).get('code') == 'already_exists':
            self.ledger.is_there(record_id)
        self._give_back(record_id)

    def _give_back(self, record_id):
        if not record_id.startswith('big') and ABSENT not in self.ledger.records[record_id].possible:
            self.there.append(record_id)

    def _not_done(self, answer, changes, all_or_none):
        if answer.status == 507 or (answer.status == 503 and answer.code not in UNKNOWN_CODES):
            for record_id, version in changes:
                self.ledger.refuse(record_id, version)
                self._give_back(record_id)
            return
        self.ledger.leave_open(changes, all_or_none)


class Storm:
    """Some clients at work, each in its thread."""

    def __init__(self, server, ledger, name, clients, seed, there):
        """`there`: ids that are there, which the clients share out among themselves."""
        self.stop_now = threading.Event()
        self.clients = [Client(server, ledger, name, i, f'{seed} {name} {i}') for i in range(clients)]
        for i, record_id in enumerate(there):
            self.clients[i % clients].there.append(record_id)
        self.threads = [threading.Thread(target=each.run, args=[self.stop_now]) for each in self.clients]
        for thread in self.threads:
            thread.start()

    def end(self):
        """Once every client has its last answer. Kill the server first, or it may take a while."""
        self.stop_now.set()
        for thread in self.threads:
            thread.join()
