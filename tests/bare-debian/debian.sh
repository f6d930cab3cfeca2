# shellcheck shell=bash
# Makes Debian 12 systems in folders, from the archives that this machine uses. Sourced.

readonly SUITE=bookworm

say() { printf '== %s: %s\n' "${NAME:-debian}" "$*" >&2; }
fail() { say "$*"; exit 1; }

# The Debian archives that this machine uses, as lines of a sources.list.
debian_sources() {
  # shellcheck disable=SC2016  # apt fills the variables in
  apt-get indextargets --format '$(ORIGIN) deb $(REPO_URI) $(RELEASE) $(COMPONENT)' \
    'Created-By: Packages' | sed -n 's/^Debian //p'
}

# install_debian FOLDER [PACKAGE,...]: a minimal system with these packages in addition.
install_debian() {
  local mirror log=$1.log include=()
  mirror=$(debian_sources | awk -v suite="$SUITE" '$3 == suite { print $2; exit }')
  [[ -n $mirror ]] || fail "this machine has no Debian $SUITE among its sources"
  [[ -z ${2:-} ]] || include=(--include="$2")
  say "installing Debian $SUITE"
  debootstrap --variant=minbase "${include[@]}" "$SUITE" "$1" "$mirror" >"$log" ||
    { tail -n 20 -- "$log" >&2; fail 'debootstrap failed'; }
  debian_sources >"$1/etc/apt/sources.list"
}

# share_network FOLDER [HOME]: what lets this machine reach the network, which may well be behind a
# proxy of its own.
share_network() {
  cp -- /etc/hosts /etc/resolv.conf "$1/etc/"
  apt-config dump | grep -E '^Acquire::(https?|Retries|Check-Valid-Until|Check-Date)(::| )' \
    >"$1/etc/apt/apt.conf.d/80host" || true
  mkdir -p -- "$1/etc/host"
  # Next to the distribution's own file, which ca-certificates writes again.
  cp -- /etc/ssl/certs/ca-certificates.crt "$1/etc/host/certificates.crt"
  printf 'Acquire::https::CAInfo "/etc/host/certificates.crt";\n' \
    >"$1/etc/apt/apt.conf.d/81host-certificates"
  [[ -z ${2:-} || ! -f ~/.npmrc ]] || cp -- ~/.npmrc "$1$2/.npmrc"
}

# The variables that say where proxies and certificates are, for a system that shares the network.
network_variables() {
  local name
  for name in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [[ -z ${!name:-} ]] || printf '%s\n' "$name=${!name}"
  done
  for name in SSL_CERT_FILE CURL_CA_BUNDLE GIT_SSL_CAINFO NODE_EXTRA_CA_CERTS; do
    [[ -z ${!name:-} ]] || printf '%s\n' "$name=/etc/host/certificates.crt"
  done
}

# mount_system FOLDER: what programs expect in a system that runs.
mount_system() {
  mount -t proc proc "$1/proc"
  mount -t sysfs -o ro sysfs "$1/sys"
  mount --rbind /dev "$1/dev"
}
