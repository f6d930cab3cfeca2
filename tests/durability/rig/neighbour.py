"""Another program that has the store's file open, and does what its arguments say.

    neighbour.py FILE read              holds a read transaction until its input ends; says `reading` when it has begun
    neighbour.py FILE read-often        short read transactions one after the other, until its input ends
    neighbour.py FILE insert FROM TO    adds rows to a table of its own; says `stored` when they are committed
    neighbour.py FILE execute SQL
"""
import select
import sqlite3
import subprocess
import sys


def start(server, *what):
    """Starts it on the server's store and disk; its output is lines."""
    return subprocess.Popen([sys.executable, __file__, str(server.store), *map(str, what)], env=server.env,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def begin_reading(server):
    """Returns once the transaction has begun. It ends when end() is called."""
    reader = start(server, 'read')
    line = reader.stdout.readline()
    if line != 'reading\n':
        raise RuntimeError(f'the reader says {line!r} {reader.stderr.read()}')
    return reader


def end(process):
    """Its exit status. Nobody else may have killed it."""
    process.communicate()
    return process.returncode


def main(file, what, *rest):
    connection = sqlite3.connect(file, timeout=10, isolation_level=None)
    if what == 'read':
        connection.execute('BEGIN')
        connection.execute('SELECT count(*) FROM kinds').fetchall()
        print('reading', flush=True)
        sys.stdin.read()
        connection.execute('COMMIT')
    if what == 'read-often':
        connections = [connection, sqlite3.connect(file, timeout=10, isolation_level=None)]
        while not select.select([sys.stdin], [], [], 0.05)[0]:
            connections.reverse()  # One begins before the other ends: there is always one.
            connections[0].execute('BEGIN')
            connections[0].execute('SELECT count(*) FROM kinds').fetchall()
            if connections[1].in_transaction:
                connections[1].execute('COMMIT')
    if what == 'insert':
        connection.execute('PRAGMA wal_autocheckpoint = 0')
        connection.execute('PRAGMA synchronous = FULL')
        connection.execute('CREATE TABLE IF NOT EXISTS neighbour (n INTEGER PRIMARY KEY, text TEXT)')
        connection.execute('BEGIN IMMEDIATE')
        connection.executemany('INSERT INTO neighbour VALUES (?, ?)',
                               ((n, f'{n} ' * 500) for n in range(int(rest[0]), int(rest[1]))))
        connection.execute('COMMIT')
        print('stored', flush=True)
    if what == 'execute':
        connection.execute('PRAGMA synchronous = FULL')
        print(connection.execute(rest[0]).fetchall(), flush=True)
    connection.close()


if __name__ == '__main__':
    try:
        main(*sys.argv[1:])
    except sqlite3.Error as fault:
        sys.exit(f'{fault}')
