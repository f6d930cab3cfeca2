#!/usr/bin/env bash
# SQLite 3.40.1 (Debian 12): a cache size in KiB that is set before the page size of a new database is exceeded many times.
#
# `PRAGMA cache_size = -8192` asks for a cache of 8 MiB, whatever the page size. SQLite converts it to a number of pages. If
# `PRAGMA page_size` follows on a database that is still empty, the number stays as it was for pages of 4 KiB, though `PRAGMA cache_size`
# goes on saying -8192: with pages of 32 KiB the cache takes 64 MiB. Setting the cache size again helps, and so does the next
# opening of the file. Programs that configure each connection first and then create a new file with larger pages are affected, in the
# process that creates the file alone, so that it looks like a leak.
#
# Seen with sqlite3 3.40.1-2+deb12u2, after reading a table of 96 MB:
#
#   page_size 32768 after cache_size: 62 MiB of cache, cache_size says -8192
#   cache_size set again:              7 MiB of cache, cache_size says -8192
#
# Exits with 0 while this is so, and with 1 once it has changed.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
cd -- "$work"

apt-get download sqlite3=3.40.1-2+deb12u2 libsqlite3-0=3.40.1-2+deb12u2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(echo root/usr/lib/*-linux-gnu)
export LD_LIBRARY_PATH

# Prints MiB in the cache, and what cache_size says.
cache_of() {
  rm -f test.db
  root/usr/bin/sqlite3 test.db >out <<SQL
PRAGMA cache_size = -8192;
PRAGMA page_size = 32768;
$1
CREATE TABLE t (x);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO t SELECT zeroblob(32000) FROM n;
SELECT sum(length(x)) > 0 FROM t;
.print cache_size
PRAGMA cache_size;
.stats on
SELECT 1;
SQL
  awk '/Pager Heap Usage/ { bytes = $4 } after == 1 { says = $1; after = 0 } /^cache_size$/ { after = 1 }
    END { printf "%d %s\n", bytes / 1048576, says }' out
}

read -r first says_first < <(cache_of '')
read -r again says_again < <(cache_of 'PRAGMA cache_size = -8192;')
printf 'page_size 32768 after cache_size: %2d MiB of cache, cache_size says %s\n' "$first" "$says_first"
printf 'cache_size set again:             %2d MiB of cache, cache_size says %s\n' "$again" "$says_again"
((first > 40 && again < 12)) && [[ $says_first == -8192 && $says_again == -8192 ]]
