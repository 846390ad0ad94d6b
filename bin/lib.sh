# Shared by the scripts in bin/. Source it; it sets ROOT and defines functions only.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
WEIR_HOME=${WEIR_HOME:-$ROOT/.weir}

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

# True when this java is a JDK 17.
is_jdk17() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] &&
    "$1/bin/java" -version 2>&1 | head -n 1 | grep -q '"17[."]'
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

# Installs what is missing through apt when this user may, else says how.
require_tools() {
  local missing=()
  find_jdk || missing+=(openjdk-17-jdk-headless)
  command -v mvn >/dev/null || missing+=(maven)
  command -v curl >/dev/null || missing+=(curl)
  [ ${#missing[@]} -eq 0 ] && return 0
  local install="apt-get install -y --no-install-recommends ${missing[*]}"
  command -v apt-get >/dev/null ||
    die "this machine lacks ${missing[*]}; install a JDK 17, Maven 3.8 or newer and curl, then start again"
  local sudo=
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || die "this machine lacks ${missing[*]}; run: sudo $install"
    sudo=sudo
  fi
  echo "installing ${missing[*]}"
  # shellcheck disable=SC2086
  $sudo env DEBIAN_FRONTEND=noninteractive $install >/dev/null ||
    { $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive $install >/dev/null; } ||
    die "that failed; run: ${sudo:+sudo }$install"
  find_jdk || die "no JDK 17 after installing it; set JAVA_HOME to one"
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
        unpack_server "$opt" "$name" "$package" $more || exit 1
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
    if [ "$oldest" = 0 ] || [ "$(printf '%s\n' "$oldest" "${version:-0}" | sort -V | head -n 1)" = "$oldest" ]; then
      ln -sfn "$path" "$link"
      return 0
    fi
  done
  return 1
}

# Downloads a Debian package, and those it needs, and unpacks them together below opt/packages. What is
# there in the end is complete.
unpack_server() {
  local opt=$1 name=$2 package=$3 fresh log=$1/unpack.log sudo= deb
  shift 3
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
  program=$(cd "$opt/packages/$package" && find usr/bin usr/sbin -name "$name" -type f 2>/dev/null | head -n 1)
  libraries=$(cd "$opt/packages/$package" && find usr/lib -name '*.so.*' -printf '%h\n' | sort -u | head -n 1)
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

# Builds unless everything is up to date. Tests are not run; bin/test does that.
build() {
  is_built && return 0
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
    grep -E '^\[ERROR\]' "$log" | head -n 20 >&2
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
