#!/usr/bin/env bash
# Install one set of locked packages, and backlit itself, into .venv.
#
#   scripts/setup_venv.sh runtime|test|bench|dev
#
# runtime is what backlit needs; test and bench hold it too, each with its own tools. dev is the tools
# of `make lint` and comes on top of test, which is installed first.
# Makes .venv with the first Python of 3.11 or later that it finds ($PYTHON to choose one). A
# stamp in .venv records what was installed, so that a second run has nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

set_name=${1:?"say which set: runtime, test, bench or dev"}
venv=.venv
lock=requirements/$set_name.txt
stamp=$venv/.installed-$set_name

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

new_enough() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        new_enough "$PYTHON" || die "PYTHON is $PYTHON, which is not there or is older than Python 3.11."
        echo "$PYTHON"
        return
    fi
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if new_enough "$name"; then
            echo "$name"
            return
        fi
    done
    die "backlit needs Python 3.11 or later, and there is none on the PATH. Install one, or set PYTHON to it."
}

# Debian keeps the venv module in a package of its own.
need_venv_module() {
    local python=$1
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 && return
    local version
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    if [ "$(id -u)" = 0 ] && [ "${BACKLIT_SKIP_APT:-0}" != 1 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing Debian's package python3-venv, for the venv module."
        export DEBIAN_FRONTEND=noninteractive
        timeout 120 apt-get -qq update >/dev/null 2>&1 || true
        timeout 180 apt-get -qq -y --no-install-recommends install python3-venv >/dev/null 2>&1 || true
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            timeout 180 apt-get -qq -y --no-install-recommends install "python$version-venv" >/dev/null 2>&1 || true
    fi
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        die "$python has no venv module. On Debian and Ubuntu: apt-get install python$version-venv (as root)."
}

digest() {
    # What decides whether an install is still good: the lock, the project's own description, the
    # place (an editable install is tied to it).
    { cat "$lock" pyproject.toml; pwd; } | "$venv/bin/python" -c \
        'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

[ -f "$lock" ] || die "There is no lock file $lock."
if [ "$set_name" = dev ]; then
    scripts/setup_venv.sh test
fi

if ! "$venv/bin/python" -c 'import pip' >/dev/null 2>&1; then
    python=$(find_python)
    need_venv_module "$python"
    echo "Making $venv with $("$python" --version)."
    "$python" -m venv --clear "$venv"
fi

wanted=$(digest)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    exit 0
fi

echo "Installing the packages of $lock."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
pip() { "$venv/bin/python" -m pip --quiet "$@"; }
pip install --require-hashes -r "$lock" || die \
    "The packages of $lock could not be installed: see pip's words above. Is there a network, and has this platform builds of them?"
pip install --no-deps --no-build-isolation -e .
"$venv/bin/python" scripts/compile_loops.py
echo "$wanted" >"$stamp"
