# shellcheck shell=bash
# Sourced by the scripts beside it: enters the project and brings its two environments up to date.
set -euo pipefail
# The account that runs the embedded database for root must be able to read what gets installed.
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# once STAMP KEY COMMAND…: run the command unless it has succeeded for this key before
once() {
  local stamp=$1 key=$2
  shift 2
  if [[ ! -f $stamp || $(<"$stamp") != "$key" ]]; then
    rm -f "$stamp"
    "$@"
    printf '%s\n' "$key" >"$stamp"
  fi
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  fail "Python 3.11 or newer is needed. 需要 Python 3.11 或更高版本。"
}

install_python_packages() {
  printf 'Installing the Python packages 正在安装 Python 依赖 …\n'
  "$1" -m venv --clear .venv || fail "On Debian: apt-get install python3-venv"
  local install=(.venv/bin/python -m pip install -qq --disable-pip-version-check)
  "${install[@]}" --require-hashes --requirement requirements-dev.lock
  "${install[@]}" --no-deps --no-build-isolation --editable .
}

install_node_packages() {
  printf 'Installing the Node packages 正在安装 Node 依赖 …\n'
  npm --prefix frontend ci --no-audit --no-fund --update-notifier=false --loglevel=error
}

build_pages() {
  printf 'Building the pages 正在构建前端 …\n'
  npm --prefix frontend run --silent build -- --logLevel=warn
}

prepare_python() {
  local python
  python=$(find_python)
  once .venv/installed "$(sha256sum <requirements-dev.lock) $PWD $("$python" --version)" \
    install_python_packages "$python"
}

prepare_node() {
  node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null ||
    fail "Node.js 20 or newer is needed. 需要 Node.js 20 或更高版本。"
  once frontend/node_modules/.installed "$(sha256sum <frontend/package-lock.json) $(node --version)" \
    install_node_packages
}

prepare_pages() {
  [[ -f frontend/dist/index.html ]] || rm -f frontend/node_modules/.built
  local sources
  # The build itself writes components.d.ts.
  sources=$(find frontend -type d \( -name node_modules -o -name dist \) -prune -o \
    -type f ! -name components.d.ts -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
  once frontend/node_modules/.built "$sources" build_pages
}

# prepare python|node|pages…: two scripts started at once in a fresh clone take turns
prepare() (
  if command -v flock >/dev/null; then flock 9; fi
  for part in "$@"; do "prepare_$part" 9<&-; done
) 9<pyproject.toml
