# shellcheck shell=bash
# What the releases have in common: sourced by release-cloud-run, release-app-engine and release-gke.
#
# A release is: deploy without traffic, smoke test, a small part of the traffic, a look at its
# errors, all of the traffic. Whatever fails after the deployment ends with all of the traffic where
# it was before.

scripts=$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")
# shellcheck disable=SC2034  # for those who source this
deploy=$(dirname -- "$scripts")

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
fail() { say "$*"; exit 1; }

# Fails if one of these variables is not set.
require() {
  local name
  for name in "$@"; do
    [[ -n ${!name:-} ]] || { say "set $name in the environment (see the top of this script)"; exit 2; }
  done
}

# Fails if one of these programs is missing: before anything is deployed rather than after.
require_programs() {
  local name
  for name in "$@"; do
    command -v "$name" >/dev/null || fail "this needs $name, which is not installed here"
  done
}

# Fails if the image is named by a tag that moves: the same release must bring the same image again.
require_fixed_image() {
  [[ ${1##*/} == *[:@]* && $1 != *:latest ]] || fail "$1: name the image by its digest or by a tag of its own"
}

canary_percent=${CANARY_PERCENT:-10}
canary_seconds=${CANARY_SECONDS:-300}
canary_requests=${CANARY_REQUESTS:-1}
max_error_percent=${MAX_ERROR_PERCENT:-1}

# A text as it stands between double quotes in YAML.
quoted() {
  local text=${1//\\/\\\\}
  printf '%s' "${text//\"/\\\"}"
}

# Prints a file with the words in capitals replaced: fill_in FILE WORD TEXT [WORD TEXT...]
fill_in() {
  local text word
  text=$(<"$1")
  shift
  while (($#)); do
    # Whole words alone: PROJECT is not a part of GOOGLE_CLOUD_PROJECT, which is a name of Google's.
    word=$1
    text=$(WORD=$word TEXT=$2 perl -pe 's/(?<![A-Z_])\Q$ENV{WORD}\E(?![A-Z_])/$ENV{TEXT}/g' <<<"$text")
    shift 2
  done
  printf '%s\n' "$text"
}

# Reads the statuses of requests, one a line, and fails if too many are 5xx or too few are there.
judge() {
  awk -v most="$max_error_percent" -v least="$canary_requests" -v name="${0##*/}" '
    /^[0-9]+$/ { ++all; if ($1 >= 500) ++bad }
    END {
      printf "%s: %d of %d requests of the new version failed\n", name, bad, all > "/dev/stderr"
      exit !(all >= least && bad * 100 <= most * all)
    }'
}

# Fails if the newest thousand requests that a filter of Cloud Logging's finds had too many errors.
# Before that it waits for logs to arrive and users to come.
check_canary() {
  local statuses
  say "$canary_percent % of the traffic for $canary_seconds s"
  sleep "$canary_seconds"
  statuses=$(gcloud logging read "$1" --project "$PROJECT" --freshness 1h --limit 1000 \
    --format 'value(httpRequest.status)') || fail 'the logs cannot be read'
  judge <<<"$statuses" ||
    fail "more than $max_error_percent % failed, or fewer than $canary_requests came (CANARY_REQUESTS)"
}

# Sends all traffic back, whatever the cause of the end: an error, or a build that was cancelled.
# roll_back() is the caller's.
end_release() {
  local status=$?
  trap - EXIT
  rm -rf -- "$work"
  if [[ ${release:-none} == begun ]]; then
    ((status)) || status=1
    say 'rolling back'
    roll_back || say 'the roll-back failed: look at the traffic by hand'
  fi
  exit "$status"
}
work=$(mktemp -d)  # for manifests with everything filled in, passwords as well
trap end_release EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
