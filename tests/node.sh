#!/bin/sh
# node.sh [--with-browser] [--with-emulator] FILE...
#
# Runs tests written for node's own test runner, after installing the locked packages next to this
# file, and those of the working directory if it has some of its own. Exits with 77, which ctest shows as skipped, if a tool is missing; if CI is set, a
# missing tool is a failure.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

missing() {
  echo "skipped: $1 is not installed (script/bootstrap installs it)" >&2
  [ -z "${CI:-}" ] || exit 1
  exit 77
}

if [ "$1" = --with-browser ]; then
  shift
  command -v chromium >/dev/null || missing chromium
fi
run=
if [ "$1" = --with-emulator ]; then
  shift
  run=$here/emulator/with_datastore_emulator
fi
command -v node >/dev/null || missing node
command -v npm >/dev/null || missing npm

# Installs the locked packages of a folder, unless that is what is there.
install_in() {
  (
    flock 9
    cmp -s "$1/package-lock.json" "$1/node_modules/.installed" && exit 0
    (cd "$1" && npm ci --no-audit --no-fund --ignore-scripts >&2)
    cp "$1/package-lock.json" "$1/node_modules/.installed"
  ) 9>"$1/.npm.lock"
}
install_in "$here"
[ "$PWD" = "$here" ] || [ ! -f package-lock.json ] || install_in "$PWD"

exec ${run:+"$run"} node --test --test-reporter=spec "$@"
