#!/usr/bin/env bash
# Write the lock files anew: every package with its version and the hashes of all its files.
#
#   scripts/lock.sh              newest versions that still fit
#   scripts/lock.sh --no-upgrade only what a change of the *.in files or of pyproject.toml asks for
#
# The headers and annotations of pip-compile are left out: they would name files of the machine
# it ran on. Run it with the oldest Python that backlit supports, so that what only that one
# needs is locked too; the markers below keep packages off platforms they have no build for.
set -euo pipefail
cd "$(dirname "$0")/.."

compile=${PIP_COMPILE:-.venv/bin/pip-compile}
upgrade=--upgrade
[ "${1:-}" = --no-upgrade ] && upgrade=--no-upgrade

if [ ! -x "$compile" ]; then
    echo "There is no $compile. Run 'make lint' once (it installs pip-tools), or set PIP_COMPILE." >&2
    exit 1
fi

lock() {
    local name=$1
    shift
    echo "requirements/$name.txt"
    "$compile" --quiet "$upgrade" --generate-hashes --strip-extras --allow-unsafe \
        --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --no-emit-options --resolver=backtracking --output-file "requirements/$name.txt" "$@"
}

lock runtime pyproject.toml requirements/runtime.in
lock test pyproject.toml requirements/runtime.in requirements/test.in
lock bench pyproject.toml requirements/runtime.in requirements/bench.in
lock dev requirements/dev.in
