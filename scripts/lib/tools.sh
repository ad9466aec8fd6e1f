# shellcheck shell=bash
# Shared by the scripts: finds the tools that they need. Installs missing tools with apt if it can; otherwise
# prints the exact command to run. To be sourced, from the project's directory.

# Usage: need THING...: each THING is one of java, maven, python, shellcheck, git, redis, chromium. Installs all missing
# things with one apt command if it can; otherwise prints that command in one line and exits with 1.
need() {
  local thing missing=()
  for thing in "$@"; do
    "has_$thing" || missing+=("$thing")
  done
  [ "${#missing[@]}" = 0 ] || install_things "${missing[@]}"
}

install_things() {
  local names
  if ! command -v apt-get >/dev/null; then
    names=$(packages_of "$@")
    echo "please install these packages (Debian's names): $names" >&2
    exit 1
  fi
  if ! may_be_root || ! as_root apt-get update -q >&2; then
    names=$(packages_of "$@")
    echo "please run: sudo apt-get update && sudo apt-get install -y $names" >&2
    exit 1
  fi
  names=$(packages_of "$@") # after the update, because apt knows the available packages only now
  echo "installing $names" >&2
  # shellcheck disable=SC2086 # one word per package
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $names >&2; then
    echo "please run: sudo apt-get update && sudo apt-get install -y $names" >&2
    exit 1
  fi
}

# Prints the names of the Debian packages of these things in one line.
packages_of() {
  local thing packages=()
  for thing in "$@"; do
    case $thing in
      java) packages+=("$(jdk_package)") ;;
      python) packages+=(python3 python3-venv) ;;
      redis) packages+=(redis-server) ;;
      chromium) packages+=(chromium chromium-driver fonts-dejavu-core) ;;
      *) packages+=("$thing") ;;
    esac
  done
  echo "${packages[*]}"
}

# Prints the name of this system's package of a JDK 17 or newer: the default JDK if it is new enough, otherwise the
# newest available release with long-term support.
jdk_package() {
  local package
  if [ "$(default_java)" -lt 17 ]; then
    for package in openjdk-25-jdk-headless openjdk-21-jdk-headless openjdk-17-jdk-headless; do
      if [ -n "$(apt_candidate "$package")" ]; then
        echo "$package"
        return
      fi
    done
  fi
  echo default-jdk-headless # also before the first apt update: in Debian 12 and 13 and Ubuntu 24.04 it is new enough
}

# Prints the Java version of the default JDK, taken from the version of its package, such as 2:1.21-76. Prints 0 if apt
# knows no such package.
default_java() {
  local version
  version=$(apt_candidate default-jdk-headless | sed -n 's/^\([0-9]*:\)\{0,1\}1\.\([0-9]*\).*/\2/p')
  echo "${version:-0}"
}

apt_candidate() {
  LC_ALL=C apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p' | grep -vxF '(none)' || true
}

may_be_root() {
  [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

# Runs a command as root: directly, or with sudo if sudo needs no password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo -n "$@"
  fi
}

java_major() {
  "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1
}

# Whether there is a JDK 17 or newer: the one of JAVA_HOME if that is set, otherwise the one on the PATH.
has_java() {
  local java=java javac=javac major
  if [ -n "${JAVA_HOME:-}" ]; then
    java=$JAVA_HOME/bin/java javac=$JAVA_HOME/bin/javac
  fi
  major=$(java_major "$java" 2>/dev/null || true)
  if [ "${major:-0}" -ge 17 ] && command -v "$javac" >/dev/null; then
    return 0
  fi
  if [ -n "${JAVA_HOME:-}" ]; then # installing a package would not change JAVA_HOME
    echo "JAVA_HOME ($JAVA_HOME) is no JDK 17 or newer: unset it, or set it to one" >&2
    exit 1
  fi
  return 1
}

has_maven() {
  command -v mvn >/dev/null
}

has_python() {
  python3 -c 'import ensurepip, venv' 2>/dev/null
}

has_shellcheck() {
  command -v shellcheck >/dev/null
}

has_git() {
  command -v git >/dev/null
}

# Whether there is a headless browser and its driver.
has_chromium() {
  command -v chromium >/dev/null && command -v chromedriver >/dev/null
}

# Whether there is a redis-server on the PATH, or the one of a test dependency runs on this kind of machine: see
# redis_binary.
has_redis() {
  command -v redis-server >/dev/null || case $(uname -m) in x86_64 | aarch64) true ;; *) false ;; esac
}

# Usage: patiently WHAT COMMAND...: runs COMMAND and prints every 15 s that WHAT still goes on.
patiently() {
  local what=$1 ticker code=0
  shift
  # Only this shell holds the pipe's writing end. So the ticker ends with this shell, even if the shell is killed.
  exec {ticker}> >(
    begun=$SECONDS
    while read -r -t 15 || [ $? -gt 128 ]; do
      echo "still $what, $((SECONDS - begun)) s so far" >&2
    done
  )
  "$@" {ticker}>&- || code=$?
  exec {ticker}>&-
  return "$code"
}

# Prints the directory of a virtual environment under target/. Creates it if it is missing or has other requirements.
# Usage: python_venv NAME REQUIREMENT...
python_venv() {
  local venv=target/venv-$1
  shift
  if [ "$(cat "$venv/requirements" 2>/dev/null)" != "$*" ]; then
    rm -rf "$venv"
    python3 -m venv "$venv" >&2
    patiently "installing $*" "$venv/bin/pip" --quiet --disable-pip-version-check install "$@" >&2
    echo "$*" >"$venv/requirements"
  fi
  echo "$PWD/$venv"
}

# Prints the directory of a virtual environment with RQ.
# Usage: rq_venv VERSION|newest
rq_venv() {
  # shellcheck disable=SC2046 # one requirement per line
  case $1 in
    newest) python_venv rq-newest $(cat src/test/resources/requirements.txt) ;;
    1.*) python_venv "rq-$1" "rq==$1" redis==4.3.4 setuptools ;; # packages of the time of RQ 1
    *) python_venv "rq-$1" "rq==$1" redis ;;
  esac
}

# Prints the path of a redis-server: the one on the PATH, otherwise the one of a test dependency, otherwise the one of
# Debian's package. Call need java maven python first.
redis_binary() {
  command -v redis-server || embedded_redis || { install_things redis && command -v redis-server; }
}

# Prints the path of the redis-server that a test dependency contains. Unpacks it under target/. Fails if it cannot run
# on this machine.
embedded_redis() {
  local redis=target/redis/redis-server
  if [ ! -x "$redis" ]; then
    patiently "fetching a Redis" mvn -B -q -ntp org.apache.maven.plugins:maven-dependency-plugin:3.11.0:copy-dependencies \
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
  "$redis" --version >/dev/null 2>&1 && echo "$PWD/$redis" # it does not run without OpenSSL 3
}

# Downloads a Debian package into the current directory, without installing it.
debian_package() {
  apt-get -q download "$1" || { may_be_root && as_root apt-get update -q && apt-get -q download "$1"; }
}

# Prints the path of a promtool: the one on the PATH, otherwise the one of Debian's package. The package is unpacked
# under target/ and not installed, because its installation would start a server.
promtool_binary() {
  local unpacked=target/promtool
  if command -v promtool; then
    return
  fi
  if [ ! -x "$unpacked/usr/bin/promtool" ]; then
    if ! command -v apt-get >/dev/null; then
      echo "please install promtool, a part of Prometheus, and put it on the PATH" >&2
      return 1
    fi
    mkdir -p "$unpacked"
    (cd "$unpacked" && debian_package prometheus) >&2 || return 1
    dpkg-deb -x "$unpacked"/prometheus_*.deb "$unpacked" >&2 || return 1
  fi
  echo "$PWD/$unpacked/usr/bin/promtool"
}

# Builds target/rq-orchestrator.jar if it is missing or older than its sources.
build_jar() {
  local jar=target/rq-orchestrator.jar
  if [ ! -f "$jar" ] || [ -n "$(find src/main pom.xml -newer "$jar" -print -quit)" ]; then
    echo "building target/rq-orchestrator.jar: takes half a minute, the first time some minutes, because Maven downloads dependencies" >&2
    patiently "building" mvn -B -q -ntp -DskipTests package >&2
  fi
}

# Prints a port of the loopback interface that is free now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
