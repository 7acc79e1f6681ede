#!/usr/bin/env bash
# Write the lock files anew: every package with its version and the hashes of all its files.
#
#   scripts/lock.sh              newest versions that still fit
#   scripts/lock.sh --no-upgrade only what a change of the *.in files or of pyproject.toml asks for
#
# The headers and annotations of pip-compile are left out: they would name files of the machine
# it ran on. Run it with the oldest Python that backlit supports (LOCK_PYTHON names another
# one than .venv's; it needs pip-tools): some packages refuse early patch releases, such as the
# 3.11.2 of Debian 12. At the end each lock is tried for every Python that it is meant for;
# nothing is installed.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${LOCK_PYTHON:-.venv/bin/python}
upgrade=--upgrade
[ "${1:-}" = --no-upgrade ] && upgrade=--no-upgrade

if ! "$python" -m piptools compile --version >/dev/null 2>&1; then
    echo "$python has no pip-tools. Run 'make lint' once (it installs them), or set LOCK_PYTHON." >&2
    exit 1
fi

lock() {
    local name=$1
    shift
    echo "requirements/$name.txt"
    "$python" -m piptools compile --quiet "$upgrade" --generate-hashes --strip-extras --allow-unsafe \
        --no-header --no-annotate --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
        --no-emit-options --resolver=backtracking --output-file "requirements/$name.txt" "$@"
}

lock runtime pyproject.toml requirements/runtime.in
lock test pyproject.toml requirements/runtime.in requirements/test.in
lock bench pyproject.toml requirements/runtime.in requirements/bench.in
lock dev requirements/dev.in

for version in 3.11.2 3.12.0 3.13.0; do
    for name in runtime test bench dev; do
        echo "requirements/$name.txt for Python $version"
        "$python" -m pip --quiet --disable-pip-version-check install --dry-run --ignore-installed --no-deps \
            --require-hashes --only-binary=:all: --python-version "$version" --target build/lock-check \
            -r "requirements/$name.txt"
    done
done
