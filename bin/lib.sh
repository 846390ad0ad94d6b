# Shared by the scripts in bin/. Source it; it sets ROOT and defines functions only.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WEIR_HOME=${WEIR_HOME:-$ROOT/.weir}

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# True when a text has a line like the pattern. No pipe: with pipefail, who still writes when grep has
# found it makes the answer a no.
has_line() {
  grep -q "$2" <<<"$1"
}

# True when this java is a JDK 17. With JAVA_TOOL_OPTIONS the JVM says so before its version.
is_jdk17() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] &&
    has_line "$("$1/bin/java" -version 2>&1)" 'version "17[."]'
}

# Sets JAVA_HOME to a JDK 17: the one that is set, the one on PATH, or one that Debian has put aside.
find_jdk() {
  local candidate on_path
  on_path=$(readlink -f "$(command -v javac || true)" 2>/dev/null || true)
  for candidate in "${JAVA_HOME:-}" "${on_path%/bin/javac}" /usr/lib/jvm/java-17-*; do
    if [ -n "$candidate" ] && is_jdk17 "$candidate"; then
      export JAVA_HOME=$candidate
      return 0
    fi
  done
  return 1
}

# What the build asks for; pom.xml says the same to Maven.
OLDEST_MAVEN=3.6.3

JDK_ADVICE='unpack any JDK 17 (Temurin, Zulu, Corretto, Microsoft), set JAVA_HOME to its folder, then start again'

# True when the second version is the first or newer.
at_least() {
  printf '%s\n' "$1" "$2" | sort -V -C
}

# Prints Maven's version, nothing when there is none.
maven_version() {
  mvn -v 2>/dev/null | sed -n -E 's/\x1b\[[0-9;]*m//g; s/^Apache Maven ([0-9][0-9.]*).*/\1/p'
}

# True when apt can install this package; the lists of a fresh machine may be empty.
apt_has() {
  has_line "$(apt-cache policy "$1" 2>/dev/null)" 'Candidate: [0-9]'
}

# Installs what is missing through apt when this user may, else says how.
require_tools() {
  local missing=() maven
  find_jdk || missing+=(openjdk-17-jdk-headless)
  command -v mvn >/dev/null || missing+=(maven)
  command -v curl >/dev/null || missing+=(curl)
  [ ${#missing[@]} -eq 0 ] || install_tools "${missing[@]}"
  find_jdk || die "no JDK 17 after installing it; $JDK_ADVICE"
  maven=$(maven_version)
  at_least "$OLDEST_MAVEN" "${maven:-0}" ||
    die "Maven ${maven:-without a version} is too old, it takes $OLDEST_MAVEN or newer: unpack one from https://maven.apache.org, put its bin folder first on PATH, then start again"
}

install_tools() {
  local missing=("$@") package
  local install="apt-get install -y --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null ||
    die "this machine lacks ${missing[*]}; install a JDK 17, Maven $OLDEST_MAVEN or newer and curl, then start again"
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || die "this machine lacks ${missing[*]}; run: sudo $install"
    sudo=sudo
  fi
  for package in "${missing[@]}"; do
    apt_has "$package" || { $sudo apt-get update -qq && break; } || break
  done
  for package in "${missing[@]}"; do
    apt_has "$package" && continue
    [ "$package" = openjdk-17-jdk-headless ] && die "this release has no package $package; $JDK_ADVICE"
    die "this release has no package $package; install it, then start again"
  done
  echo "installing ${missing[*]}"
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive $install >/dev/null ||
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive $install >/dev/null; } ||
    die "that failed; run: ${sudo:+sudo }$install"
}

# Servers that are no jars: name in opt/bin, Debian package, oldest version that will do ("-": only the
# package will do), further packages that it needs and a plain Debian lacks.
SERVERS=(
  "prometheus prometheus 2.39"
  "alertmanager prometheus-alertmanager 0.24"
  "pushgateway prometheus-pushgateway 1.4"
  "victoria-metrics victoria-metrics 0"
  "rsyslogd rsyslog - rsyslog-kafka librdkafka1 libestr0 libfastjson4 liblognorm5"
  "kcat kcat 0 librdkafka1 libyajl2"
  "glewlwyd glewlwyd - glewlwyd-common libconfig9 libhoel1.4 libiddawc1.1 libmariadb3 libmicrohttpd12 liboath0 liborcania2.3 librhonabwy1.1 libulfius2.7 libyder2.0 sqlite3 libsqlite3-0 libreadline8"
)

# Provides these servers, or all, below .weir/opt, whichever home a stack has: what is installed on this
# machine if it is recent enough, else Debian's packages, unpacked there. Nothing is installed, no service
# is started.
require_servers() {
  local opt=$ROOT/.weir/opt server name package oldest more missing=()
  for server in "${SERVERS[@]}"; do
    name=${server%% *}
    case " ${*:-$name} " in
      *" $name "*) [ -x "$opt/bin/$name" ] || missing+=("$server") ;;
    esac
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  mkdir -p "$opt/bin" "$opt/share/prometheus"
  (
    # Somebody else may be doing the same.
    flock 9
    for server in "${missing[@]}"; do
      read -r name package oldest more <<<"$server"
      # shellcheck disable=SC2086
      [ -x "$opt/bin/$name" ] || use_installed "$opt/bin/$name" "$oldest" "$package" "$name" ||
        unpack_server "$opt" "$name" "$package" "$oldest" $more || exit 1
    done
  ) 9>"$opt/.lock" || exit 1
}

# Links the first of some programs that is on PATH, if it is recent enough.
use_installed() {
  local link=$1 oldest=$2 program path version
  shift 2
  [ "$oldest" != - ] || return 1
  for program in "$@"; do
    path=$(command -v "$program") || continue
    # "prometheus, version 2.42.0+ds (branch: ...)", on either output.
    version=$("$path" --version 2>&1 | sed -n -E '1s/.*version ([0-9][0-9.]*).*/\1/p') || version=
    if at_least "$oldest" "${version:-0}"; then
      ln -sfn "$path" "$link"
      return 0
    fi
  done
  return 1
}

# Downloads a Debian package, and those it needs, and unpacks them together below opt/packages. What is
# there in the end is complete.
unpack_server() {
  local opt=$1 name=$2 package=$3 oldest=$4 fresh version log=$1/unpack.log sudo= deb
  shift 4
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
    die "this machine has no $name and no apt-get to get it with; put $name on PATH, then start again"
  mkdir -p "$opt/packages"
  echo "unpacking Debian's $package" >&2
  fresh=$(mktemp -d "$opt/packages/.$package.XXXXXX")
  rm -f "$log"
  if ! (cd "$fresh" && apt-get download "$package" "$@") >"$log" 2>&1; then
    if [ "$(id -u)" -ne 0 ]; then
      sudo -n true 2>/dev/null || die "apt-get knows no package $package; run: sudo apt-get update"
      sudo=sudo
    fi
    { $sudo apt-get update -qq && cd "$fresh" && apt-get download "$package" "$@"; } >>"$log" 2>&1 ||
      die "cannot download $package; see $log"
  fi
  # "2.42.0+ds-5+deb12u1", perhaps with an epoch in front.
  version=$(dpkg-deb -f "$fresh/$package"_*.deb Version | sed -E 's/^[0-9]+://; s/^([0-9.]*[0-9]).*/\1/')
  if [ "$oldest" != - ] && ! at_least "$oldest" "$version"; then
    rm -rf "$fresh"
    die "this release has $package $version, it takes $oldest or newer: put a newer $name on PATH, then start again"
  fi
  for deb in "$fresh"/*.deb; do
    dpkg-deb -x "$deb" "$fresh" >>"$log" 2>&1 || die "cannot unpack $package; see $log"
  done
  rm -f "$fresh"/*.deb
  chmod 755 "$fresh"
  if [ $# -gt 0 ]; then
    rm -rf "${opt:?}/packages/$package"
    mv -T "$fresh" "$opt/packages/$package"
    wrap_server "$opt" "$name" "$package"
    return
  fi
  # Debian's programs look for their templates in /usr/share/prometheus, and Alertmanager does not start
  # without. This is the same number of bytes, and a folder "prometheus" below the working directory.
  LC_ALL=C sed -i 's|/usr/share/prometheus|.//////////prometheus|g' "$fresh/usr/bin/$package"
  rm -rf "${opt:?}/packages/$package"
  mv -T "$fresh" "$opt/packages/$package"
  local assets
  for assets in "$opt/packages/$package"/usr/share/prometheus/*/; do
    [ -d "$assets" ] && ln -sfn "${assets%/}" "$opt/share/prometheus/"
  done
  ln -sfn "$opt/packages/$package/usr/bin/$package" "$opt/bin/$name"
}

# Makes opt/bin/NAME start a program that was unpacked with its libraries, and rsyslog's modules.
wrap_server() {
  local opt=$1 name=$2 package=$3 program libraries lacking fresh
  program=$(cd "$opt/packages/$package" && find usr/bin usr/sbin -name "$name" -type f -print -quit 2>/dev/null || true)
  libraries=$(cd "$opt/packages/$package" && find usr/lib -name '*.so.*' -printf '%h\n' | sort -u | sed -n 1p)
  lacking=$(LD_LIBRARY_PATH=$opt/packages/$package/$libraries ldd "$opt/packages/$package/$program" |
    sed -n 's/ => not found//p' | tr -d '\t' | tr '\n' ' ')
  [ -z "$lacking" ] || die "$name lacks ${lacking% }; install Debian's $package, then start again"
  fresh=$(mktemp "$opt/bin/.$name.XXXXXX")
  cat >"$fresh" <<WRAPPER
#!/bin/sh
home=\$(dirname "\$(dirname "\$(readlink -f "\$0")")")/packages/$package
LD_LIBRARY_PATH=\$home/$libraries
export LD_LIBRARY_PATH
$(if [ "$package" = rsyslog ]; then
    echo "exec \"\$home/$program\" -M \"\$home/$libraries/rsyslog\" \"\$@\""
  else
    echo "exec \"\$home/$program\" \"\$@\""
  fi)
WRAPPER
  chmod 755 "$fresh"
  mv -f "$fresh" "$opt/bin/$name"
}

# Provides a Chromium for the tests of the web interface as .weir/opt/bin/chromium: what is installed on
# this machine, else Debian's chromium-headless-shell, installed when this user may do that, and otherwise
# unpacked with the libraries that are missing, next to the servers.
require_browser() {
  local opt=$ROOT/.weir/opt package=chromium-headless-shell sudo=
  mkdir -p "$opt/bin"
  (
    flock 9
    [ -x "$opt/bin/chromium" ] && exit 0
    use_installed "$opt/bin/chromium" 0 chromium "$package" && exit 0
    command -v apt-get >/dev/null ||
      die "this machine has no chromium and no apt-get to get it with; put chromium on PATH, then start again"
    if [ "$(id -u)" -ne 0 ]; then
      sudo -n true 2>/dev/null && sudo=sudo
    fi
    if [ "$(id -u)" -eq 0 ] || [ -n "$sudo" ]; then
      echo "installing Debian's $package" >&2
      local install=($sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$package")
      { "${install[@]}" || { $sudo apt-get update -qq && "${install[@]}"; }; } >"$opt/unpack.log" 2>&1 ||
        die "cannot install $package; see $opt/unpack.log"
      use_installed "$opt/bin/chromium" 0 "$package" && exit 0
    fi
    unpack_browser "$opt" "$package"
  ) 9>"$opt/.lock" || exit 1
}

# Unpacks a browser and whatever it needs that is not installed, and writes a script that starts it.
unpack_browser() {
  local opt=$1 package=$2 fresh log=$1/unpack.log needed archive
  echo "unpacking Debian's $package" >&2
  needed=$(apt-get install -s --no-install-recommends "$package" 2>"$log" | sed -n 's/^Inst \([^ ]*\).*/\1/p')
  [ -n "$needed" ] || die "apt-get knows no package $package; run: sudo apt-get update"
  mkdir -p "$opt/packages"
  fresh=$(mktemp -d "$opt/packages/.$package.XXXXXX")
  # shellcheck disable=SC2086
  (cd "$fresh" && apt-get download $needed) >>"$log" 2>&1 || die "cannot download $package; see $log"
  for archive in "$fresh"/*.deb; do
    dpkg-deb -x "$archive" "$fresh" >>"$log" 2>&1 || die "cannot unpack $archive; see $log"
    rm -f "$archive"
  done
  chmod 755 "$fresh"
  rm -rf "${opt:?}/packages/$package"
  mv -T "$fresh" "$opt/packages/$package"
  cat >"$opt/bin/.chromium" <<EOF
#!/bin/sh
home=$opt/packages/$package
export LD_LIBRARY_PATH="\$home/usr/lib/$(uname -m)-linux-gnu:\$home/usr/lib/chromium\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH}"
exec "\$home/usr/lib/chromium/$package" "\$@"
EOF
  chmod 755 "$opt/bin/.chromium"
  mv "$opt/bin/.chromium" "$opt/bin/chromium"
}

# Modules that a running stack is made of.
STACK_MODULES=jobs,query-gateway,test-harness/stack

# Files whose presence means that everything was built once.
STACK_JARS=(
  jobs/target/weir-jobs-all.jar
  query-gateway/target/weir-query-gateway.jar
  test-harness/stack/target/lib.classpath
)

BUILD_STAMP=$ROOT/target/weir-build.stamp

# True when everything was built once, however long ago.
has_jars() {
  local jar
  for jar in "${STACK_JARS[@]}"; do
    [ -e "$ROOT/$jar" ] || return 1
  done
}

# True when nothing that is built from is newer than what was built last.
is_built() {
  has_jars || return 1
  [ -e "$BUILD_STAMP" ] || return 1
  # Folders of sources too: a deleted file changes only its folder.
  [ -z "$(find "$ROOT/pom.xml" "$ROOT/.mvn" "$ROOT"/{model,operators,sinks,jobs,query-gateway,test-harness} \
    -name target -prune -o \( -path '*/src/*' -o -name pom.xml -o -path '*/.mvn/*' \) \
    -newer "$BUILD_STAMP" -print -quit)" ]
}

# Prints the pid of a stack that runs out of these jars: Maven writes them anew in place, and a JVM whose
# jar changes dies at the next class that it loads.
running_stack() {
  local file process
  # Its home may be anywhere; so it leaves a second pid file beside what is built.
  for file in "$WEIR_HOME/run/stack.pid" "$ROOT"/target/stacks/*.pid; do
    [ -e "$file" ] || continue
    if process=$(live_process "$file"); then
      echo "${process% *}"
      return 0
    fi
  done
  return 1
}

# Builds unless everything is up to date. Tests are not run; bin/test does that.
build() {
  is_built && return 0
  local stack
  if stack=$(running_stack); then
    has_jars || die "a stack (pid $stack) runs out of jars that are gone; stop it with bin/down, then start again"
    echo "sources are newer than what was built; not building while a stack runs out of it (pid $stack): bin/down first" >&2
    return 0
  fi
  local log=$WEIR_HOME/logs/build.log started=$SECONDS began
  mkdir -p "$WEIR_HOME/logs" "$ROOT/target"
  began=$(mktemp "$ROOT/target/weir-build.XXXXXX")
  if [ -d "${HOME:-/root}/.m2/repository/org/apache/flink" ]; then
    echo "building"
  else
    echo "building; the first time all jars are downloaded, which takes minutes"
  fi
  if ! (cd "$ROOT" && mvn -B -ntp -T 2 -DskipTests -Dmaven.test.skip=true \
    -Dspotless.check.skip=true -pl "$STACK_MODULES" -am package) >"$log" 2>&1; then
    rm -f "$began"
    grep -E -m 20 '^\[ERROR\]' "$log" >&2 || true
    die "the build failed; all of it is in $log"
  fi
  # Stamped with the time at which it began: what was edited meanwhile is built the next time.
  mv -f "$began" "$BUILD_STAMP"
  echo "built in $((SECONDS - started)) s"
}

# Becomes a JVM that runs a class of the stack module. JVM options come before --, class and arguments
# after it. With DETACH=true in a session of its own, which a closed terminal does not reach.
stack_java() {
  local session=() jvm=() target=$ROOT/test-harness/stack/target
  while [ "$1" != -- ]; do
    jvm+=("$1")
    shift
  done
  shift
  ${DETACH:-false} && session=(setsid)
  local class_path
  class_path=$target/weir-stack.jar:$(sed "s|lib/|$target/lib/|g" "$target/lib.classpath")
  exec "${session[@]}" "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "${jvm[@]}" \
    -Dlog4j2.configurationFile=classpath:stack-log4j2.properties \
    "-Dweir.root=$ROOT" "-Dweir.logs=$WEIR_HOME/logs" -cp "$class_path" "$@"
}

# Becomes a JVM that runs a class of a module's test sources.
bench_module() {
  local module=$1 class=$2 log=$WEIR_HOME/logs/build.log opens
  shift 2
  mkdir -p "$WEIR_HOME/logs"
  echo "building" >&2
  (cd "$ROOT" && mvn -B -ntp -Dspotless.check.skip=true -pl "$module" -am test-compile \
    dependency:build-classpath -Dmdep.outputFile=target/bench.classpath) >"$log" 2>&1 ||
    die "the build failed; all of it is in $log"
  opens=$(sed -n 's|.*<weir.add.opens>\(.*\)</weir.add.opens>.*|\1|p' "$ROOT/pom.xml")
  # shellcheck disable=SC2086
  exec "$JAVA_HOME/bin/java" -Xmx6g $opens \
    -cp "$ROOT/$module/target/test-classes:$ROOT/$module/target/classes:$(cat "$ROOT/$module/target/bench.classpath")" \
    "$class" "$@"
}

# True while the process of this pid and start time (field 22 of its stat) runs; a pid alone is reused.
is_running() {
  local pid=$1 ticks=$2 stat
  stat=$(cat "/proc/$pid/stat" 2>/dev/null) || return 1
  # The command, in parentheses, may hold spaces: the fields after it are counted from its end.
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${20}" = "$ticks" ]
}

# Prints "PID START_TICKS" out of a pid file if that very process still runs.
live_process() {
  local pid ticks
  [ -r "$1" ] && read -r pid ticks <"$1" && [ -n "${ticks:-}" ] || return 1
  is_running "$pid" "$ticks" && echo "$pid $ticks"
}
