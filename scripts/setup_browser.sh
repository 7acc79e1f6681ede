#!/usr/bin/env bash
# Find a Chromium for the browser tests, or install Debian's where that is allowed.
#
# Never fails: without a browser those tests are left out, and pytest says so too. Set
# BACKLIT_CHROMIUM to use another browser, BACKLIT_SKIP_APT=1 to install nothing.
set -u

# The names that the tests try, in the same order. Some are mere stubs, so each is started.
found() {
    local name
    for name in "${BACKLIT_CHROMIUM:-chromium}" chromium google-chrome; do
        timeout 60 "$name" --version >/dev/null 2>&1 && return
    done
    return 1
}

leave_out() {
    echo "No Chromium: the tests in tests/browser are left out. $*"
    exit 0
}

found && exit 0
[ "${BACKLIT_SKIP_APT:-0}" = 1 ] && leave_out "BACKLIT_SKIP_APT=1 forbids installing it."
command -v apt-get >/dev/null 2>&1 || leave_out "There is no apt to install it with."
[ "$(id -u)" = 0 ] || leave_out "As root: apt-get install chromium."

echo "Installing Debian's chromium for the browser tests (a few minutes at most)."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export DEBIAN_FRONTEND=noninteractive
limits="-oAcquire::Retries=1 -oAcquire::http::Timeout=20 -oAcquire::https::Timeout=20 -oDPkg::Lock::Timeout=60"
# shellcheck disable=SC2086
timeout 60 apt-get -qq $limits update >"$log" 2>&1
# shellcheck disable=SC2086
timeout 240 apt-get -qq -y $limits --no-install-recommends install chromium >>"$log" 2>&1
found && exit 0
tail -n 3 "$log" >&2
leave_out "apt could not install it; its last words are above."
