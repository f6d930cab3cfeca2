#!/usr/bin/env bash
# SQLite 3.40.1 (Debian 12): a progress handler can stop a ROLLBACK, which leaves the transaction open.
#
# sqlite3_progress_handler(db, N, …) calls the handler about each N steps of the virtual machine, and a result other than 0 interrupts the
# statement. One would expect that it cannot meet a ROLLBACK of three steps. But SQLite counts the steps of a prepared statement over all
# of its executions: a ROLLBACK that is prepared once and used again meets the handler each N / 3 times. If the handler then says that
# the time is up, the ROLLBACK fails with SQLITE_INTERRUPT, the transaction stays open, and the next BEGIN on the connection fails with
# "cannot start a transaction within a transaction". Programs that bound queries by a handler and roll back after them, on pooled
# connections with cached statements, see it once in thousands of timed-out queries. Rolling back with the handler off is safe.
#
# Seen with libsqlite3-0 3.40.1-2+deb12u2, through Python's sqlite3, which caches statements:
#
#   3.40.1: ROLLBACK number 6667 with a handler of 20000 steps: interrupted, in a transaction: True
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"

apt-get download libsqlite3-0=3.40.1-2+deb12u2 >/dev/null 2>&1
dpkg -x libsqlite3-0_*.deb root
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

/usr/bin/python3 - <<'PYTHON'
import sqlite3
import sys

STEPS = 20_000
connection = sqlite3.connect(":memory:", isolation_level=None)
is_over = False
connection.set_progress_handler(lambda: is_over, STEPS)
for number in range(1, STEPS + 1):
    is_over = False
    connection.execute("BEGIN")
    is_over = True
    try:
        connection.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        print(f"{sqlite3.sqlite_version}: ROLLBACK number {number} with a handler of {STEPS} steps: {error}, "
              f"in a transaction: {connection.in_transaction}")
        sys.exit(0 if connection.in_transaction else 1)
sys.exit(1)
PYTHON
