#!/usr/bin/env bash
# All set-up on a bare Debian/Ubuntu machine with Python >= 3.11 and make. Safe to run again: does only what is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9

# 1. uv, from PyPI, in a tool folder of its own
if ! [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSION" ]; then
  python3 -m venv .tools && .tools/bin/pip install --quiet "uv==$UV_VERSION"
fi

# 2. the locked environment, hashes required; then our own packages, editable
stamp=.venv/.synced
if ! [ -f $stamp ] || [ requirements.lock -nt $stamp ] || [ -n "$(find shared services deploy -maxdepth 3 -name pyproject.toml -newer $stamp)" ]; then
  [ -x .venv/bin/python ] || .tools/bin/uv venv --quiet .venv
  .tools/bin/uv pip sync --quiet --require-hashes requirements.lock
  .tools/bin/uv pip install --quiet --no-deps --no-build-isolation $(printf -- '-e %s ' shared/*/ services/*/ deploy/local/)
  touch $stamp
fi
