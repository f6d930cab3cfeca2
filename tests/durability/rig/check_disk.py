"""Whether the modelled disk is as Linux has it: a process that uses it, next to what is left after a power cut."""
import errno
import os
import random
import subprocess
import sys

PAGE = 4096
NAMES_ARE_LOST = 2  # The seed of numbers that decide so first.


class Process:
    """Makes calls on a file of the disk; its descriptors have numbers of our own."""

    def __init__(self, disk):
        self.process = subprocess.Popen([sys.executable, __file__, str(disk.store / 'a.db')],
                                        env={**os.environ, **disk.env()}, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def call(self, *words):
        """The errno, 0 if it went well."""
        print(*words, file=self.process.stdin, flush=True)
        return int(self.process.stdout.readline())

    def all_go_well(self, *calls):
        for words in calls:
            status = self.call(*words.split())
            assert status == 0, f'{words}: {errno.errorcode[status]}'

    def end(self):
        self.process.kill()
        self.process.communicate()


def check(disk):
    """Raises AssertionError. Precondition: the disk is new."""
    file = disk.store / 'a.db'

    def left_after(process, survives=0.0):
        disk.power_off()
        process.end()
        disk.lose_power(random.Random(NAMES_ARE_LOST), survives)
        if not file.exists():
            return None
        content = file.read_bytes()
        return ''.join(chr(content[at]) if content[at] else '.' for at in range(0, len(content), PAGE))

    process = Process(disk)
    process.all_go_well('open 0', 'write 0 0 A')
    assert left_after(process) is None, 'a file that was never synced is there'

    process = Process(disk)
    process.all_go_well('open 0', 'write 0 0 A', 'sync 0')
    assert left_after(process) is None, 'its name was not synced'

    process = Process(disk)
    process.all_go_well('open 0', 'write 0 0 A', 'write 0 1 B', 'sync 0', 'sync folder', 'write 0 1 C', 'write 0 2 D')
    assert left_after(process) == 'AB', 'what was synced is there, and nothing else'

    process = Process(disk)
    process.all_go_well('open 0', 'open 1', 'write 0 0 E', 'write 0 1 F')
    disk.order('sync', 'database')
    assert process.call('sync', 0) == errno.EIO
    process.all_go_well('sync 0')
    assert process.call('sync', 1) == errno.EIO, 'each descriptor reports it'
    process.all_go_well('sync 1', 'open 2', 'sync 2', 'write 0 1 G', 'sync 0')
    assert left_after(process) == 'AG', 'a failed sync forgets, whatever the next one says'

    process = Process(disk)
    process.all_go_well('open 0', 'write 0 0 H')
    disk.order('sync', 'database')
    assert process.call('sync', 0) == errno.EIO
    assert file.read_bytes()[:1] == b'H', 'the cache has what the disk does not have'
    disk.evict()
    process.all_go_well('write 0 1 I', 'sync 0')
    assert file.read_bytes()[:1] == b'A', 'until it gives it up'

    process.all_go_well('cut 0 1', 'write 0 3 J', 'sync 0', 'write 0 1 K', 'write 0 2 L')
    assert left_after(process, survives=1.0) == 'AKLJ', 'all that was not synced may survive'

    process = Process(disk)
    process.all_go_well('rename x', 'open 0', 'write 0 0 X', 'sync 0')
    assert left_after(process) == 'AKLJ', 'the other name and the new file were not synced'

    process = Process(disk)
    process.all_go_well('open 0')
    disk.order('write', 'database', errno.ENOSPC, skip=1)
    process.all_go_well('write 0 0 M')
    assert process.call('write', 0, 1, 'N') == errno.ENOSPC, 'the second write fails'
    disk.order('sync', 'database', action='cut_power')
    print('sync 0', file=process.process.stdin, flush=True)
    while disk.is_on:
        pass
    assert left_after(process) == 'AKLJ', 'the power was cut before the sync'


def main(path):
    files = {}
    folder = os.open(os.path.dirname(path), os.O_RDONLY)

    def perform(what, number, *rest):
        if what == 'open':
            files[number] = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if what == 'write':
            os.pwrite(files[number], rest[1].encode() * PAGE, int(rest[0]) * PAGE)
        if what == 'cut':
            os.ftruncate(files[number], int(rest[0]) * PAGE)
        if what == 'sync':
            os.fsync(folder if number == 'folder' else files[number])
        if what == 'rename':
            os.rename(path, f'{path}-{number}')

    for line in sys.stdin:
        try:
            perform(*line.split())
            print(0, flush=True)
        except OSError as fault:
            print(fault.errno, flush=True)


if __name__ == '__main__':
    main(sys.argv[1])
