# shellcheck shell=bash
# Shared by the scripts: finds the tools they need, installs with apt what is missing when they may,
# and otherwise prints the exact line to run. To be sourced, from the project's directory.

# Installs Debian packages, or says how.
apt_install() {
  if ! command -v apt-get >/dev/null; then
    echo "please install what Debian calls: $*" >&2
    exit 1
  fi
  echo "installing $*" >&2
  if ! as_root apt-get update -q >&2 || ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@" >&2; then
    echo "please run: sudo apt-get update && sudo apt-get install -y $*" >&2
    exit 1
  fi
}

# Runs a command as root, if we are or may become it without a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null && sudo -n "$@"
  fi
}

java_major() {
  "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

# A JDK 17 or newer, by JAVA_HOME or on the PATH.
need_java() {
  local java=java
  [ -z "${JAVA_HOME:-}" ] || java=$JAVA_HOME/bin/java
  local major
  major=$(java_major "$java" 2>/dev/null || true)
  if [ "${major:-0}" -lt 17 ] || ! command -v "${JAVA_HOME:+$JAVA_HOME/bin/}javac" >/dev/null; then
    apt_install openjdk-17-jdk-headless
  fi
}

need_maven() {
  command -v mvn >/dev/null || apt_install maven
}

need_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3 python3-venv
}

need_shellcheck() {
  command -v shellcheck >/dev/null || apt_install shellcheck
}

# Prints the directory of a virtual environment under target/, made if it is missing.
# Usage: python_venv NAME REQUIREMENT...
python_venv() {
  local venv=target/venv-$1
  shift
  if [ "$(cat "$venv/requirements" 2>/dev/null)" != "$*" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    "$venv/bin/pip" --quiet --disable-pip-version-check install "$@" >&2
    echo "$*" >"$venv/requirements"
  fi
  echo "$PWD/$venv"
}

# Prints the directory of a virtual environment with RQ.
# Usage: rq_venv VERSION|newest
rq_venv() {
  # shellcheck disable=SC2046 # one requirement a line
  case $1 in
    newest) python_venv rq-newest $(cat src/test/resources/requirements.txt) ;;
    1.*) python_venv "rq-$1" "rq==$1" redis==4.3.4 setuptools ;; # of their time
    *) python_venv "rq-$1" "rq==$1" redis ;;
  esac
}

# Prints a redis-server: the PATH's, else that of our tests, else Debian's. After need_maven, need_python.
redis_binary() {
  command -v redis-server || embedded_redis || { apt_install redis-server && command -v redis-server; }
}

# Prints the redis-server that a test dependency carries, unpacked under target/; fails if it cannot run here.
embedded_redis() {
  local redis=target/redis/redis-server
  if [ ! -x "$redis" ]; then
    mvn -B -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
      -DincludeArtifactIds=embedded-redis -Dmdep.stripVersion=true -DoutputDirectory=target/redis >&2 || return 1
    python3 - target/redis/embedded-redis.jar "$redis" >&2 <<'PYTHON' || return 1
import os, platform, sys, zipfile

machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
with zipfile.ZipFile(sys.argv[1]) as jar:
    fits = [name for name in jar.namelist() if name.endswith("-linux-" + machine)]
    if not fits:
        sys.exit("the embedded Redis is not made for " + machine)
    with open(sys.argv[2], "wb") as binary:
        binary.write(jar.read(fits[0]))
os.chmod(sys.argv[2], 0o755)
PYTHON
  fi
  "$redis" --version >/dev/null 2>&1 && echo "$PWD/$redis" # it wants OpenSSL 3
}

# Downloads a Debian package into the current directory, without installing it.
debian_package() {
  apt-get -q download "$1" || { as_root apt-get update -q && apt-get -q download "$1"; }
}

# A headless browser and its driver.
need_chromium() {
  if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    apt_install --no-install-recommends chromium chromium-driver fonts-dejavu-core
  fi
}

# Prints a promtool: the PATH's, else Debian's, unpacked under target/ because its package would start a server.
promtool_binary() {
  local unpacked=target/promtool
  if command -v promtool; then
    return
  fi
  if [ ! -x "$unpacked/usr/bin/promtool" ]; then
    if ! command -v apt-get >/dev/null; then
      echo "please put promtool, a part of Prometheus, on the PATH" >&2
      return 1
    fi
    mkdir -p "$unpacked"
    (cd "$unpacked" && debian_package prometheus) >&2 || return 1
    dpkg-deb -x "$unpacked"/prometheus_*.deb "$unpacked" >&2 || return 1
  fi
  echo "$PWD/$unpacked/usr/bin/promtool"
}

# Builds target/rq-orchestrator.jar if it is missing or older than what it is made of.
build_jar() {
  local jar=target/rq-orchestrator.jar
  if [ ! -f "$jar" ] || [ -n "$(find src/main pom.xml -newer "$jar" -print -quit)" ]; then
    mvn -B -q -ntp -DskipTests package >&2
  fi
}

# Prints a loopback port that is free now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
