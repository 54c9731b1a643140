package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.Cidr;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.Manifest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The steps that only `check` takes besides those of [InspectSteps]: what costs the host more than
/// a look, or reaches out from it. What they write is one small file, which they remove.
public final class CheckSteps {
    static final String PROBE = "probe";
    static final String REGISTRY = "registry";
    static final String CLUSTER = "cluster";

    /// At most so many ports are tried from one host; of a larger cluster the first.
    static final int MOST_PEERS = 500;

    static final Duration TIMEOUT = Duration.ofMinutes(3);

    private CheckSteps() {}

    /// @param environment what commands on the host see
    public static List<Step> of(
            Clusterfile clusterfile, ClusterHost host, Map<String, String> environment) {
        return List.of(
                step("try-host", PROBE, probe(clusterfile, host), environment),
                new RegistryCheck(clusterfile, host).step().withEnvironment(environment),
                step("ask-cluster", CLUSTER, cluster(clusterfile, host), environment));
    }

    private static Step step(
            String name, String fact, String script, Map<String, String> environment) {
        return InspectSteps.fact(name, fact, script, TIMEOUT).withEnvironment(environment);
    }

    private static String probe(Clusterfile clusterfile, ClusterHost host) {
        return (host.isControlPlane() ? DISK_SYNC_SCRIPT : "")
                + NAMES_SCRIPT.replace("@NAMES@", words(names(clusterfile, host)))
                + PEERS_SCRIPT.replace("@PEERS@", words(peers(clusterfile, host)));
    }

    /// The names that the host has to resolve. Behind a proxy it is the proxy that does.
    static SortedSet<String> names(Clusterfile clusterfile, ClusterHost host) {
        var names = new TreeSet<String>();
        boolean proxy =
                Stream.of("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
                        .anyMatch(name -> host.env().containsKey(name));
        if (!proxy) {
            urls(clusterfile, host)
                    .map(url -> URI.create(url).getHost())
                    .filter(CheckSteps::isName)
                    .forEach(names::add);
            RegistryCheck.serverNames(clusterfile).filter(CheckSteps::isName).forEach(names::add);
        }
        clusterfile.endpoint().host().filter(CheckSteps::isName).ifPresent(names::add);
        clusterfile.hostAliases().forEach(a -> names.removeAll(a.hostnames()));
        return names;
    }

    private static Stream<String> urls(Clusterfile clusterfile, ClusterHost host) {
        Stream<String> artifacts =
                clusterfile.artifacts().stream().map(Artifact::source).flatMap(CheckSteps::url);
        Stream<String> manifests =
                clusterfile.manifests().stream()
                        .filter(_ -> host.isControlPlane())
                        .map(Manifest::url)
                        .flatMap(Optional::stream);
        return Stream.concat(artifacts, manifests);
    }

    private static Stream<String> url(FileSource source) {
        return source instanceof FileSource.Url(String url, var _) ? Stream.of(url) : Stream.of();
    }

    private static boolean isName(String host) {
        return Cidr.of(host).isEmpty() && host.matches("[A-Za-z0-9][A-Za-z0-9.-]*");
    }

    /// Whom the host has to reach: workers the API servers; control planes these, one another's
    /// etcd, and every kubelet.
    static List<String> peers(Clusterfile clusterfile, ClusterHost host) {
        var peers = new ArrayList<String>();
        for (ClusterHost other : clusterfile.hosts()) {
            if (!other.address().equals(host.address())) {
                ports(clusterfile, host, other)
                        .forEach(port ->
                                peers.add(
                                        new HostAddress(other.address().address(), port)
                                                .toString()));
            }
        }
        return peers.stream().limit(MOST_PEERS).toList();
    }

    private static List<Integer> ports(
            Clusterfile clusterfile, ClusterHost host, ClusterHost other) {
        if (!host.isControlPlane()) {
            return other.isControlPlane() ? List.of(clusterfile.apiPort()) : List.of();
        }
        return other.isControlPlane()
                ? List.of(clusterfile.apiPort(), 2379, 2380, 10250)
                : List.of(10250);
    }

    private static String cluster(Clusterfile clusterfile, ClusterHost host) {
        boolean first =
                clusterfile.controlPlanes().stream()
                        .limit(1)
                        .anyMatch(h -> h.address().equals(host.address()));
        String node =
                host.name()
                        .map(ShellQuote::quote)
                        .orElse("$(uname -n | tr '[:upper:]' '[:lower:]')");
        return NODE_SCRIPT.replace("@NODE@", node) + (first ? WORKLOAD_SCRIPT : "");
    }

    private static String words(Collection<String> words) {
        return words.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }

    /// As etcd writes: small records, each waited for. Where dd cannot do that or tells no time
    /// (BusyBox), each write is a dd of its own, and its start counts too.
    private static final String DISK_SYNC_SCRIPT =
            """
            folder=/var/lib/etcd
            [ -d "$folder" ] || folder=/var/lib
            file=$folder/.slipway-check.$$
            trap 'rm -f "$file"' EXIT
            took=$(LC_ALL=C dd if=/dev/zero "of=$file" bs=2300 count=50 oflag=dsync 2>&1 | awk '/copied/ {
                for (i = 2; i <= NF; i++) if ($i ~ /^s(ec|econds)?,?$/) { printf "%d", $(i - 1) * 1000000 / 50; exit } }' || :)
            if [ -z "$took" ] && dd if=/dev/zero "of=$file" bs=2300 count=1 conv=notrunc,fsync 2>/dev/null; then
                read -r began rest < /proc/uptime
                for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
                    dd if=/dev/zero "of=$file" bs=2300 count=1 conv=notrunc,fsync 2>/dev/null || :
                done
                read -r ended rest < /proc/uptime
                took=$(awk -v "began=$began" -v "ended=$ended" 'BEGIN { printf "%d", (ended - began) * 1000000 / 20 }')
            fi
            echo "disk-sync-us=$took"
            rm -f "$file"
            """;

    private static final String NAMES_SCRIPT =
            """
            limited() { if command -v timeout >/dev/null 2>&1; then timeout 10 "$@"; else "$@"; fi; }
            for name in @NAMES@; do
                if command -v getent >/dev/null 2>&1; then
                    if limited getent hosts "$name" >/dev/null 2>&1; then echo "name.$name=yes"; else echo "name.$name=no"; fi
                elif command -v nslookup >/dev/null 2>&1; then
                    if limited nslookup "$name" >/dev/null 2>&1; then echo "name.$name=yes"; else echo "name.$name=no"; fi
                fi
            done
            """;

    /// A refusal is an answer: packets get there and back, and nothing listens before the
    /// installation. Whatever listens is told no more than GET /. Where curl says nothing of the
    /// connection nothing was asked.
    private static final String PEERS_SCRIPT =
            """
            ask() {
                said=$(curl -sv --noproxy '*' -o /dev/null --connect-timeout 3 --max-time 5 -w 'connected=%{time_connect}' "http://$1/" 2>&1 </dev/null || :)
                case ${said##*connected=} in
                    0 | 0.000 | 0.000000) case $said in *efused*) echo "refused $1" ;; *) echo "silent $1" ;; esac ;;
                    [0-9]*) case $said in *connected=*) echo "open $1" ;; esac ;;
                esac
            }
            if command -v curl >/dev/null 2>&1; then
                {
                    n=0
                    for peer in @PEERS@; do
                        ask "$peer" &
                        n=$((n + 1))
                        [ $((n % 50)) -ne 0 ] || wait
                    done
                    wait
                } | awk '$1 == "silent" && listed++ < 40 { print "peer=" $2 } END { print "peers=" NR }'
            fi
            """;

    private static final String NODE_SCRIPT =
            """
            member=no
            for mark in initialised joined; do [ ! -e "/var/lib/slipway/$mark" ] || member=yes; done
            [ "$member" = yes ] || exit 0
            socket=/run/containerd/containerd.sock
            if [ ! -S "$socket" ]; then echo runtime=no
            elif command -v crictl >/dev/null 2>&1; then
                if crictl --runtime-endpoint "unix://$socket" version >/dev/null 2>&1; then echo runtime=yes; else echo runtime=no; fi
            elif command -v ctr >/dev/null 2>&1; then
                if ctr --address "$socket" version >/dev/null 2>&1; then echo runtime=yes; else echo runtime=no; fi
            fi
            command -v kubectl >/dev/null 2>&1 || exit 0
            if said=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=15s get node @NODE@ --no-headers 2>&1); then
                echo "node=$(printf '%s\\n' "$said" | awk 'NF > 3 { print $2; exit }')"
            else
                echo "node-trouble=$(printf '%s\\n' "$said" | tail -n 1)"
            fi
            """;

    private static final String WORKLOAD_SCRIPT =
            """
            [ -e /etc/kubernetes/admin.conf ] || exit 0
            get() { kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=30s get "$1" -A --no-headers 2>/dev/null; }
            if said=$(get pods); then
                printf '%s\\n' "$said" | awk 'NF > 3 {
                        all++
                        split($3, ready, "/")
                        if ($4 != "Completed" && $4 != "Succeeded" && ($4 != "Running" || ready[1] != ready[2]) && bad++ < 20) print "pod=" $1 "/" $2 " " $4 " " $3
                    }
                    END { print "pods=" all + 0; print "pods-bad=" bad + 0 }'
            fi
            if said=$(get endpoints); then
                printf '%s\\n' "$said" | awk 'NF > 3 {
                        all++
                        if ($3 == "<none>" && bad++ < 20) print "service=" $1 "/" $2
                    }
                    END { print "services=" all + 0; print "services-bad=" bad + 0 }'
            fi
            """;
}
