#!/usr/bin/env bash
# All set-up on a bare Debian/Ubuntu machine with Python >= 3.11 and make. Safe to run again: does only what is missing.
#   setup.sh            uv, the locked environment, our members editable, a Java runtime, Kafka's jars
#   setup.sh tests      also a browser for the tests of the pages, and Prometheus' tools for those of the alarms
set -euo pipefail
cd "$(dirname "$0")/.."
UV_VERSION=0.13.9
KAFKA=.tools/kafka
ALARM_TOOLS=.tools/prometheus
export UV_PYTHON_DOWNLOADS=never

say() { printf '%s\n' "setup: $*" >&2; }
java_is_new_enough() { # the words before the number differ by vendor; the number is in the first quotes
  local version; version=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -1)
  [ "${version:-0}" -ge 17 ]
}
kafka_is_there() { cmp -s deploy/kafka/pom.xml $KAFKA/pom.xml; }
browser_is_there() { command -v chromium || command -v chromium-browser || command -v google-chrome; }
alarm_tools_are_there() { { command -v promtool && command -v amtool; } >/dev/null || [ -x $ALARM_TOOLS/usr/bin/amtool ]; }
has_package() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

install_packages() { # every argument: alternatives "a|b", the first that this release has is taken
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "these packages are missing. Run this once, then the same command again:"
    say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $(printf '%s\n' "$@" | cut -d'|' -f1 | tr '\n' ' ')"
    exit 1
  fi
  local group name names=()
  say "apt-get update"; apt-get -qq update >&2
  for group in "$@"; do
    for name in ${group//|/ }; do if has_package "$name"; then names+=("$name"); break; fi; done
  done
  say "apt-get install ${names[*]}"
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${names[@]}" </dev/null >/dev/null
}

# 1. what only the system's package manager can bring
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  say "Python 3.11 or newer is needed as 'python3'; found: $(python3 --version 2>&1 || true)"; exit 1
fi
missing=()
[ -x .tools/bin/uv ] || python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
java_is_new_enough 2>/dev/null || missing+=("openjdk-17-jre-headless|default-jre-headless")
kafka_is_there || command -v mvn >/dev/null || missing+=(maven)
if [ "${1-}" = tests ]; then browser_is_there >/dev/null || missing+=(chromium); fi
[ ${#missing[@]} = 0 ] || install_packages "${missing[@]}"

# one set-up at a time: two of them would write the same folders
mkdir -p .tools
exec 9>.tools/setup.lock
flock 9

# 2. uv, from PyPI, in a tool folder of its own
if ! [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSION" ]; then
  say "uv $UV_VERSION"
  python3 -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi

# 3. the locked environment, hashes required; then our own packages, editable
stamp=.venv/.synced
if ! [ -f $stamp ] || [ requirements.lock -nt $stamp ] || [ -n "$(find shared services deploy -maxdepth 3 -name pyproject.toml -newer $stamp)" ]; then
  say "Python packages"
  [ -x .venv/bin/python ] || .tools/bin/uv venv --quiet --python "$(command -v python3)" .venv
  .tools/bin/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
  .tools/bin/uv pip install --quiet --no-deps --no-build-isolation $(printf -- '-e %s ' shared/*/ services/*/ deploy/local/)
  touch $stamp
fi

# 4. Kafka's jars, from Maven Central (or the mirror of the user's Maven settings)
if ! kafka_is_there; then
  say "Kafka"
  rm -rf $KAFKA && mkdir -p $KAFKA
  mvn -B -q -ntp -Dstyle.color=never -f deploy/kafka/pom.xml dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$PWD/$KAFKA/libs" >&2
  cp deploy/kafka/pom.xml $KAFKA/pom.xml
fi

# 5. Kafka's classes as one archive and a formatted folder: every later start is four seconds quicker
if ! [ -f $KAFKA/classes.jsa ] || ! [ -d $KAFKA/formatted ]; then
  .venv/bin/python -m vangnet_local.kafka_archive
fi

# 6. promtool and amtool, unpacked only: no server is installed or started
fetch_alarm_tools() { (cd $ALARM_TOOLS && apt-get -qq download prometheus prometheus-alertmanager >&2); }
if [ "${1-}" = tests ] && ! alarm_tools_are_there; then
  command -v apt-get >/dev/null || { say "promtool and amtool are missing: put them on the PATH"; exit 1; }
  say "promtool, amtool"
  rm -rf $ALARM_TOOLS && mkdir -p $ALARM_TOOLS
  fetch_alarm_tools 2>/dev/null || { apt-get -qq update >&2 && fetch_alarm_tools; }
  for package in $ALARM_TOOLS/*.deb; do dpkg -x "$package" $ALARM_TOOLS && rm "$package"; done
fi
