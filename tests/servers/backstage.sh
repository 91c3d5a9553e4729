#!/bin/sh
# Starts and stops the catalogue of Backstage, a real CMDB, on loopback with a static token.
#
#   backstage.sh fetch         installs it once from npm into the cache, outside the checkout
#   backstage.sh cached        succeeds when that has been done
#   backstage.sh start [DIR]   prints "URL PID"; a server that already runs from DIR is used
#   backstage.sh stop  [DIR]   ends it and removes DIR
#   backstage.sh needs         prints what is missing on this machine, or nothing
#
# The inventory is DIR/catalog.yaml, a copy of backstage/catalog.yaml: what changes there is in the catalogue some
# seconds later. What is installed stands in backstage/package-lock.json (403 MB, two minutes); everything it keeps is
# in memory. Environment: NODE_CACHE, NODE_PORT (free), CATALOG_TOKEN (wardroom-tests); NODE_OWNER is a pid with which
# the server ends, however that process ended. Linux only, because it looks at /proc to know whether a pid is its own.
set -eu

usage() {
  echo "usage: $0 fetch|cached|start|stop|needs [DIR]" >&2
  exit 2
}
[ $# -ge 1 ] || usage
cmd=$1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
files=$here/backstage
dir=${2:-${TMPDIR:-/tmp}/wardroom-backstage}
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
token=${CATALOG_TOKEN:-wardroom-tests}
# A changed lock file is another installation.
sum=$(cksum < "$files/package-lock.json" | cut -d ' ' -f 1)
cache=${NODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wardroom-test-servers}/backstage-$sum

# The database is compiled here against Node.js's own headers, so that nothing is downloaded beside the packages.
headers() {
  root=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
  for folder in "$root" /usr /usr/local; do
    if [ -f "$folder/include/node/node.h" ]; then echo "$folder"; return 0; fi
  done
  return 1
}

needs() {
  for program in node npm curl make g++ python3; do
    command -v $program > /dev/null 2>&1 || echo "$program"
  done
  command -v node > /dev/null 2>&1 && { headers > /dev/null || echo "the headers of Node.js (libnode-dev)"; }
  return 0
}

up() { p=$(cat "$dir/pid" 2>/dev/null) && grep -qa "$cache/index.js" "/proc/$p/cmdline" 2>/dev/null; }

stop() {
  if up; then
    kill "$p"; n=0
    while up; do n=$((n + 1)); [ $n -lt 25 ] || kill -9 "$p" 2>/dev/null || true; sleep 0.2; done
  fi
  rm -rf "$dir"
}

fetch() {
  [ ! -d "$cache" ] || return 0
  node_home=$(headers)
  t=$cache.$$; mkdir -p "$t"
  trap 'rm -rf "$t"' EXIT
  cp "$files/package.json" "$files/package-lock.json" "$files/index.js" "$files/app-config.yaml" "$t"
  # No script of a package runs but the one that compiles the database.
  (cd "$t" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2)
  (cd "$t/node_modules/better-sqlite3" && npm_config_nodedir=$node_home npm run build-release >&2)
  # Where another run was first, its copy is as good.
  mv -T "$t" "$cache" 2>/dev/null || rm -rf "$t"
  trap - EXIT
}

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }

start() {
  if up && [ -s "$dir/url" ]; then echo "$(cat "$dir/url") $p"; return; fi
  stop; fetch; mkdir -p "$dir"
  cp "$files/catalog.yaml" "$dir/catalog.yaml"
  port=${NODE_PORT:-$(free_port)}
  url=http://127.0.0.1:$port
  export CATALOG_URL="$url" CATALOG_PORT="$port" CATALOG_TOKEN="$token" CATALOG_FILE="$dir/catalog.yaml"
  # Backstage looks for its package.json in the folder in which it is started.
  (cd "$cache" && NODE_ENV=production LOG_LEVEL=warn exec nohup node "$cache/index.js" --config "$cache/app-config.yaml" \
    > "$dir/log" 2>&1 < /dev/null) &
  echo $! > "$dir/pid"
  if [ -n "${NODE_OWNER:-}" ]; then
    nohup "$0" follow "$dir" "$NODE_OWNER" > /dev/null 2>&1 < /dev/null &
  fi
  # Ready when the last entity of the file has been read and its relations are drawn.
  n=0
  until seen=$(curl -fsS -H "Authorization: Bearer $token" "$url/api/catalog/entities?fields=kind,relations" 2>/dev/null) &&
    [ "$(printf '%s' "$seen" | grep -o '"kind":"User"' | wc -l)" -ge 2 ] &&
    printf '%s' "$seen" | grep -q '"type":"dependencyOf"' && [ "$(settled "$seen")" = yes ]; do
    n=$((n + 1)); sleep 0.3
    if [ $n -gt 300 ] || { [ $n -gt 5 ] && ! up; }; then tail -n 20 "$dir/log" >&2; stop; exit 1; fi
  done
  echo "$url" > "$dir/url"
  echo "$url $(cat "$dir/pid")"
}

# Relations are drawn one entity after the other; two equal looks in a row mean that all are there.
settled() {
  before=$(cat "$dir/seen" 2>/dev/null || true)
  printf '%s' "$1" | cksum > "$dir/seen"
  if [ "$before" = "$(cat "$dir/seen")" ]; then echo yes; else echo no; fi
}

# Waits for the end of the owner, then stops.
follow() {
  while [ -d "/proc/$1" ] && [ -d "$dir" ]; do sleep 1; done
  stop
}

case $cmd in
fetch) fetch ;;
cached) [ -d "$cache" ] ;;
start) start ;;
stop) stop ;;
follow) follow "${3:?the pid of the owner}" ;;
needs) needs ;;
*) usage ;;
esac
