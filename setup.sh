#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a bare machine to a result: installs what is missing, builds, then shows or tests. Run it again as often as you like;
# what is there already is left alone, and nothing is fetched.
set -euo pipefail

usage() {
  cat <<'END'
usage: ./setup.sh demo|test [--checks] [--no-install]

  demo          install what is missing, build into build/, group the articles of samples/news and write report.html
  test          install what is missing, build everything into build/, run every test; then the Python package's, in a
                virtual environment in build/python-env, on Spark too where Java is
  --checks      install also what .ci/run needs: clang, whose sanitizers and fuzzer it runs, and ccache
  --no-install  never install; use what this machine has

Packages come from the system's own package manager (Debian 12 and 13, Ubuntu 24.04); installing them needs root or sudo.
JOBS=n limits the number of compilers at work (default: all cores, with 1.5 GB of memory for each).
Exit code: 0 done, 1 a build or a test failed, 2 wrong usage, 3 something is missing that this script cannot install.
END
}

cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
log=build/setup.log

say() { printf '%s\n' "$*"; }
fail() { printf 'setup.sh: %s\n' "$2" >&2; exit "$1"; }

# What the command that began behind line $1 of the log said.
said_since() { tail -n "+$(($1 + 1))" "$log"; }

# The last "[n/m]" of ninja (of make: "[ n%]"), once a second, on the line that the step began.
show_progress() {
  local what=$1 already=$2 count
  while sleep 1 && kill -0 $$ 2>/dev/null; do
    count=$(said_since "$already" | grep -oE '^\[ *[0-9]+(/[0-9]+|%)\]' | tail -n 1) || continue
    printf '\r%s … %s ' "$what" "$count"
  done
}

# What cmake misses on this machine, in its own words; fails if it was something else that it stopped at.
cmake_misses() {
  local phrases=(
    'Not found: [^.]*'
    'Could not find a [a-z ]+"[^"]*"( that is compatible with requested version "[^"]*")?'
    'CMake [0-9.]+ or higher is required'
    'No CMAKE_CXX_COMPILER could be found'
    'Could not find compiler set in [^:]*: *[^ ]*[^ .]'
    'unable to find a build program'
  )
  # One line of all: cmake breaks its messages where it likes.
  said_since "$1" | tr -s ' \n' ' ' | grep -oE "$(IFS='|'; printf '%s' "${phrases[*]}")" | sed -n 1p
}

# step "what" command…: one line on the screen, the command's own words in the log; the end of them when it fails.
step() {
  local what=$1 begin=$SECONDS already watcher="" failed="" missing
  shift
  already=$(wc -l <"$log")
  printf '%s … ' "$what"
  if [[ -t 1 ]]; then
    show_progress "$what" "$already" &
    watcher=$!
  fi
  "$@" >>"$log" 2>&1 </dev/null || failed=yes
  if [[ -n $watcher ]]; then
    kill "$watcher" 2>/dev/null || true
    wait "$watcher" 2>/dev/null || true
    printf '\r\033[K%s … ' "$what"
  fi
  if [[ -z $failed ]]; then
    say "done ($((SECONDS - begin)) s)"
    return
  fi
  say "failed"
  said_since "$already" | tail -n 40 >&2
  if [[ $1 == cmake ]] && missing=$(cmake_misses "$already"); then fail 3 "$missing. $(needs_what)"; fi
  fail 1 "$what failed; everything it said is in $root/$log"
}

# The packages this system needs for the program, the library and their tests, one a line.
packages() {
  local boost=libboost-dev
  # The default Boost of Debian 12 is older than the 1.81 whose hash tables we use.
  [[ ${VERSION_CODENAME:-} == bookworm ]] && boost=libboost1.81-dev
  printf '%s\n' g++ cmake ninja-build "$boost" libicu-dev libsimdjson-dev libxxhash-dev libzstd-dev zlib1g-dev libgumbo-dev librocksdb-dev \
    libcli11-dev nlohmann-json3-dev doctest-dev
  if [[ $mode == test ]]; then printf '%s\n' python3-dev python3-venv; fi
  # The system's own clang; llvm names the lines in what the sanitizers say.
  if [[ $checks == yes ]]; then printf '%s\n' clang libclang-rt-dev llvm ccache; fi
}

missing_packages() {
  local package
  for package in $(packages); do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
  done
}

as_root() {
  if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 "$@"
}

# A third party's broken package source is no reason to give up; if ours are out of reach too, installing will say so.
refresh_lists() {
  apt update || echo "not every package list could be refreshed; going on with those that are there"
}

needs_what() {
  say "It needs CMake 3.24, Ninja, a C++20 compiler (GCC 12 or newer), Boost 1.81 headers, ICU, simdjson, xxHash, zstd, zlib,"
  say "gumbo, RocksDB, CLI11, nlohmann-json and doctest. With all of these in place: ./setup.sh $mode --no-install"
}

install_missing() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    say "This system (${PRETTY_NAME:-unknown}) has no apt; this script can install on Debian 12, 13 and Ubuntu 24.04." >&2
    needs_what >&2
    exit 3
  fi
  case ${ID:-}-${VERSION_ID:-} in
    debian-12 | debian-13 | ubuntu-24.04) ;;
    *) say "${PRETTY_NAME:-This system} is not a system whose package names this script knows; trying those of Debian." ;;
  esac
  local missing
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then
    say "packages: all there"
    return
  fi
  if ((EUID != 0)); then
    if ! { command -v sudo >/dev/null && sudo -v; }; then
      fail 3 "${#missing[@]} packages are missing and installing them needs root. Ask an administrator to run:
  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
    fi
  fi
  step "refreshing the package lists" refresh_lists
  step "installing ${#missing[@]} packages: ${missing[*]}" apt install -y --no-install-recommends "${missing[@]}"
}

# As many compilers as there are cores, but no more than the memory carries (a container's limit counts too).
compilers() {
  local cores memory limit by_memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || echo max)
  if [[ $limit != max ]] && ((limit / 1048576 < memory)); then memory=$((limit / 1048576)); fi
  by_memory=$((memory / 1500))
  ((by_memory < 1)) && by_memory=1
  say "$((by_memory < cores ? by_memory : cores))"
}

configure() {
  local fresh=()
  # A build directory that came along with a copied tree knows another place.
  if [[ -f build/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" build/CMakeCache.txt; then
    fresh=(--fresh)
  fi
  command -v ninja >/dev/null && export CMAKE_GENERATOR=${CMAKE_GENERATOR:-Ninja}
  step "configuring" cmake "${fresh[@]}" -S . -B build -DCMAKE_BUILD_TYPE=Release -DRETOLD_CLI=ON -DRETOLD_TESTS=ON
}

demo() {
  configure
  step "building the program" cmake --build build --parallel "$JOBS" --target retold_cli
  say
  build/retold cluster samples/news --html report.html
  say
  say "The same with every shared and paraphrased sentence marked: $root/report.html"
  say "Open it in a browser: xdg-open $(printf '%q' "$root/report.html")"
}

# The package as pip installs it, and its tests. What it is built with and tested with comes from Python's package index, once.
python_tests() {
  local env=$root/build/python-env with=(nanobind scikit-build-core pytest)
  local python=$env/bin/python
  if [[ $checks == yes ]]; then
    with+=(numpy pyarrow pandas nbclient ipykernel datasets mypy)
    if command -v java >/dev/null; then with+=(pyspark); fi
  fi
  local modules=${with[*]//-/_}
  if ! "$python" -c "import ${modules// /, }" 2>/dev/null; then
    if [[ $install == no ]]; then
      say "Python: not tested (--no-install)"
      return
    fi
    step "making a virtual environment" python3 -m venv --clear "$env"
    if ! "$python" -m pip install --quiet "${with[@]}" >>"$log" 2>&1; then
      [[ $checks == no ]] || fail 3 "Python's package index cannot be reached; what pip said is in $root/$log"
      say "Python: not tested (its package index cannot be reached)"
      return
    fi
  fi
  CMAKE_BUILD_PARALLEL_LEVEL=$JOBS step "building and installing the Python package" \
    "$python" -m pip install --quiet --no-build-isolation --no-deps .
  if ! command -v java >/dev/null; then
    say "Spark: not tested (there is no Java)"
  elif ! "$python" -c "import pyspark" 2>/dev/null; then
    say "Spark: not tested (pyspark, of 450 MB, is installed by --checks)"
  fi
  RETOLD_PROGRAM=$root/build/retold "$python" -B -m pytest --quiet -p no:cacheprovider ||
    fail 1 "tests of the Python package failed"
}

tests() {
  local begin=$SECONDS
  # The library is compiled three times in all, twice of these as it was before: by the same name, which pip would choose.
  if [[ $checks == yes ]] && command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache CCACHE_DIR=$root/build/ccache CCACHE_DEPEND=1 CCACHE_NOHASHDIR=1
    export CC=${CC:-cc} CXX=${CXX:-c++}
  fi
  configure
  step "building the library, the program and the tests" cmake --build build --parallel "$JOBS"
  # The tests' own lines are the result; a failing test shows what it said. The two that take longest mostly wait.
  ctest --test-dir build --output-on-failure --no-tests=error --parallel "$((JOBS + 1))" || fail 1 "tests failed"
  python_tests
  say "built and tested in $((SECONDS - begin)) s"
}

mode=
install=yes
checks=no
for argument in "$@"; do
  case $argument in
    demo | test) mode=$argument ;;
    --checks) checks=yes ;;
    --no-install) install=no ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; fail 2 "unknown argument: $argument" ;;
  esac
done
if [[ -z $mode ]]; then
  usage
  exit 0
fi

mkdir -p build
: >"$log"
if [[ -r /etc/os-release ]]; then
  # shellcheck source=/dev/null
  . /etc/os-release
fi
if [[ $install == yes ]]; then install_missing; fi
command -v cmake >/dev/null || fail 3 "cmake not found. $(needs_what)"
JOBS=${JOBS:-$(compilers)}
if [[ $mode == demo ]]; then demo; else tests; fi
