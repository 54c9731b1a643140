package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.order.RemotePath;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.Artifact;
import dev.slipway.planner.clusterfile.Cidr;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ContainerRuntime;
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
        return of(clusterfile, new NodePorts(clusterfile), host, environment);
    }

    /// The same of many hosts of one cluster.
    public static List<Step> of(
            Clusterfile clusterfile,
            NodePorts ports,
            ClusterHost host,
            Map<String, String> environment) {
        var steps = new ArrayList<Step>();
        steps.add(step("try-host", PROBE, probe(clusterfile, ports, host), environment));
        if (RegistryCheck.isAsked(clusterfile, host)) {
            steps.add(new RegistryCheck(clusterfile, host).step().withEnvironment(environment));
        }
        steps.add(step("ask-cluster", CLUSTER, cluster(clusterfile, host), environment));
        return steps;
    }

    private static Step step(
            String name, String fact, String script, Map<String, String> environment) {
        return InspectSteps.fact(name, fact, script, TIMEOUT).withEnvironment(environment);
    }

    private static String probe(Clusterfile clusterfile, NodePorts ports, ClusterHost host) {
        return etcd(clusterfile, host)
                        .map(folder ->
                                DISK_SYNC_SCRIPT.replace(
                                        "@FOLDER@", ShellQuote.quote(folder.value())))
                        .orElse("")
                + NAMES_SCRIPT.replace("@NAMES@", words(names(clusterfile, host)))
                + PEERS_SCRIPT.replace("@PEERS@", words(peers(clusterfile, ports, host)));
    }

    /// Where etcd keeps its data on the host.
    static Optional<RemotePath> etcd(Clusterfile clusterfile, ClusterHost host) {
        return host.isControlPlane()
                ? switch (clusterfile.runtime()) {
                    case ClusterRuntime.Kubeadm _ -> Optional.of(RemotePath.of("/var/lib/etcd"));
                    case ClusterRuntime.K0s k0s ->
                            Optional.of(host.k0s().dataDirectory().resolveInside("etcd"))
                                    .filter(_ -> k0s.hasMembers());
                }
                : Optional.empty();
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
            if (RegistryCheck.isAsked(clusterfile, host)) {
                RegistryCheck.serverNames(clusterfile)
                        .filter(CheckSteps::isName)
                        .forEach(names::add);
            }
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

    /// What of the others the host has to reach.
    static List<String> peers(Clusterfile clusterfile, NodePorts ports, ClusterHost host) {
        var peers = new ArrayList<String>();
        for (ClusterHost other : clusterfile.hosts()) {
            if (!other.address().equals(host.address())) {
                ports.reached(host, other)
                        .forEach(port -> peers.add(new HostAddress(known(other), port).toString()));
            }
            if (peers.size() >= MOST_PEERS) {
                break;
            }
        }
        return peers.stream().limit(MOST_PEERS).toList();
    }

    /// The address by which other nodes know the host.
    static String known(ClusterHost host) {
        return host.k0s().privateAddress().orElse(host.address().address());
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
        String asked =
                switch (clusterfile.runtime()) {
                    case ClusterRuntime.Kubeadm _ -> kubeadm(clusterfile.containerRuntime());
                    case ClusterRuntime.K0s _ ->
                            K0S_SCRIPT
                                            .replace(
                                                    "@DATA@",
                                                    ShellQuote.quote(
                                                            host.k0s().dataDirectory().value()))
                                            .replace(
                                                    "@FOLDER@",
                                                    ShellQuote.quote(k0sFolder(clusterfile)))
                                    + (clusterfile.isNode(host) ? k0sRuntime(host) : API_SCRIPT);
                };
        return MEMBER_SCRIPT
                + asked
                + (clusterfile.isNode(host) ? NODE_SCRIPT.replace("@NODE@", node) : "")
                + (first ? WORKLOAD_SCRIPT : "");
    }

    private static String kubeadm(ContainerRuntime runtime) {
        return KUBEADM_SCRIPT
                .replace("@SOCKET@", runtime.socket().value())
                .replace(
                        "@OTHERWISE@",
                        switch (runtime) {
                            case CONTAINERD ->
                                    "elif command -v ctr >/dev/null 2>&1; then answers ctr --address \"$socket\" version";
                            case DOCKER -> "else answers docker version";
                        });
    }

    /// Where the program is.
    private static String k0sFolder(Clusterfile clusterfile) {
        return clusterfile.artifacts().stream()
                .filter(a -> a.name().equals("k0s"))
                .findFirst()
                .map(a -> a.into().value())
                .orElse("/usr/local/bin");
    }

    /// Nothing where the user has brought a container runtime himself.
    private static String k0sRuntime(ClusterHost host) {
        return host.k0s().installFlags().stream().anyMatch(f -> f.startsWith("--cri-socket"))
                ? ""
                : "answers k0s ctr --timeout 10s version\n";
    }

    private static String words(Collection<String> words) {
        return words.stream().map(ShellQuote::quote).collect(Collectors.joining(" "));
    }

    /// As etcd writes: small records, each waited for. Where dd cannot do that or tells no time
    /// (BusyBox), each write is a dd of its own, and its start counts too.
    private static final String DISK_SYNC_SCRIPT =
            """
            folder=@FOLDER@
            while [ ! -d "$folder" ]; do
                folder=${folder%/*}
                folder=${folder:-/}
            done
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

    private static final String MEMBER_SCRIPT =
            """
            member=no
            for mark in initialised joined; do [ ! -e "/var/lib/slipway/$mark" ] || member=yes; done
            [ "$member" = yes ] || exit 0
            PATH=$PATH:/opt/bin
            answers() { if "$@" >/dev/null 2>&1; then echo runtime=yes; else echo runtime=no; fi; }
            """;

    /// Defines how the API is asked, and asks the container runtime.
    private static final String KUBEADM_SCRIPT =
            """
            admin=/etc/kubernetes/admin.conf kubelet=/etc/kubernetes/kubelet.conf
            ask() { kubectl "$@"; }
            socket=@SOCKET@
            if [ ! -S "$socket" ]; then echo runtime=no
            elif command -v crictl >/dev/null 2>&1; then answers crictl --runtime-endpoint "unix://$socket" version
            @OTHERWISE@
            fi
            command -v kubectl >/dev/null 2>&1 || exit 0
            """;

    private static final String K0S_SCRIPT =
            """
            data=@DATA@
            admin=$data/pki/admin.conf kubelet=$data/kubelet.conf
            ask() { k0s kubectl "$@"; }
            PATH=@FOLDER@:$PATH
            command -v k0s >/dev/null 2>&1 || exit 0
            """;

    /// Of a controller that is no node, its own API server tells how it is.
    private static final String API_SCRIPT =
            """
            if said=$(ask --kubeconfig "$admin" --request-timeout=15s get --raw /readyz 2>&1); then echo node=Ready
            else echo "node-trouble=$(printf '%s\\n' "$said" | tail -n 1)"
            fi
            """;

    private static final String NODE_SCRIPT =
            """
            if said=$(ask --kubeconfig "$kubelet" --request-timeout=15s get node @NODE@ --no-headers 2>&1); then
                echo "node=$(printf '%s\\n' "$said" | awk 'NF > 3 { print $2; exit }')"
            else
                echo "node-trouble=$(printf '%s\\n' "$said" | tail -n 1)"
            fi
            """;

    private static final String WORKLOAD_SCRIPT =
            """
            [ -e "$admin" ] || exit 0
            get() { ask --kubeconfig "$admin" --request-timeout=30s get "$1" -A --no-headers 2>/dev/null; }
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
