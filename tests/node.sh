#!/bin/sh
# node.sh [--with-browser] [--with-emulator] FILE...
#
# Runs tests written for node's own test runner, after installing the locked packages beside this
# file. Exits with 77, which ctest shows as skipped, where a tool is missing; where CI is set, a
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

(
  flock 9
  if ! cmp -s "$here/package-lock.json" "$here/node_modules/.installed"; then
    (cd "$here" && npm ci --no-audit --no-fund --ignore-scripts >&2)
    cp "$here/package-lock.json" "$here/node_modules/.installed"
  fi
) 9>"$here/.npm.lock"

exec ${run:+"$run"} node --test --test-reporter=spec "$@"
