package dev.slipway.planner.inspect;

import dev.slipway.contracts.order.Materials;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What `adopt` asks besides: as which node a host is known to its cluster, and on the first
/// control plane what the cluster says of itself. Nothing is changed, and of the authority's files
/// only the names are told.
public final class AdoptSteps {
    /// The fact of a host as a node.
    static final String MEMBER = "member";

    /// The fact of the cluster as a whole.
    static final String CLUSTER = "adopted-cluster";

    /// Pieces of kubeadm's stored configuration, numbered from 1: a fact has at most 4 KiB.
    static final String CONFIGURATION = "kubeadm-config-";

    /// Of 3000 characters, each with a request of its own.
    static final int PIECES = 9;

    private static final Duration TIMEOUT = Duration.ofSeconds(45);

    private AdoptSteps() {}

    /// @param first whether the host is the first control plane
    /// @param environment what commands on the host see
    public static List<Step> of(boolean first, Map<String, String> environment) {
        var steps = new ArrayList<Step>();
        steps.add(step("read-membership", MEMBER, MEMBER_SCRIPT, environment));
        if (first) {
            steps.add(step("read-cluster", CLUSTER, CLUSTER_SCRIPT, environment));
            IntStream.rangeClosed(1, PIECES)
                    .forEach(piece ->
                            steps.add(
                                    step(
                                            "read-kubeadm-config-" + piece,
                                            CONFIGURATION + piece,
                                            configuration(piece),
                                            environment)));
        }
        return steps;
    }

    private static Step step(
            String name, String fact, String script, Map<String, String> environment) {
        return InspectSteps.fact(name, fact, script, TIMEOUT).withEnvironment(environment);
    }

    /// The name is that under which the kubelet registers: kubeadm tells it one only where it is
    /// not the hostname. The node is asked for as the kubelet itself.
    private static final String MEMBER_SCRIPT =
            """
            said=$(sed -n 's/.*--hostname-override=\\([^ "]*\\).*/\\1/p' /var/lib/kubelet/kubeadm-flags.env 2>/dev/null | head -n 1)
            name=${said:-$(uname -n | tr A-Z a-z)}
            echo "node=$name"
            echo "server=$(sed -n 's/^ *server: *//p' /etc/kubernetes/kubelet.conf 2>/dev/null | head -n 1)"
            echo "driver=$(sed -n 's/^cgroupDriver: *//p' /var/lib/kubelet/config.yaml 2>/dev/null | head -n 1 | tr -d '"')"
            manifest=/etc/kubernetes/manifests/kube-apiserver.yaml
            if [ -r "$manifest" ]; then
                flag() { sed -n "s/^ *- --$1=//p" "$manifest" | head -n 1; }
                echo "advertised=$(flag advertise-address)"
                echo "port=$(flag secure-port)"
            fi
            if [ ! -e /etc/kubernetes/kubelet.conf ]; then
                exit 0
            elif ! command -v kubectl >/dev/null 2>&1; then
                echo "trouble=kubectl is not on the host's PATH"
            elif row=$(kubectl --kubeconfig /etc/kubernetes/kubelet.conf --request-timeout=15s get node "$name" --no-headers -o wide 2>&1); then
                set -f
                set -- $row
                echo "seen=$1"
                echo "roles=${3:-}"
                echo "kubelet=${5:-}"
                echo "address=${6:-}"
            else
                echo "trouble=$(printf '%s\\n' "$row" | tail -n 1)"
            fi
            """;

    private static final String CLUSTER_SCRIPT =
            """
            for file in @FILES@; do
                if [ -e "/etc/kubernetes/pki/$file" ]; then echo "pki=$file"; fi
            done
            if nodes=$(kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=15s get nodes -o name 2>&1); then
                printf '%s\\n' "$nodes" | awk 'NF { n++; sub("^node/", ""); if (n <= 50) print "named=" $0 } END { print "nodes=" n + 0 }'
            else
                echo "trouble=$(printf '%s\\n' "$nodes" | tail -n 1)"
            fi
            """
                    .replace("@FILES@", ShellQuote.words(Materials.AUTHORITY_FILES));

    /// Each line behind a bar, since blanks around a fact are lost, and the number of pieces last.
    private static String configuration(int piece) {
        return """
        kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=5s -n kube-system get configmap kubeadm-config -o 'jsonpath={.data.ClusterConfiguration}' 2>/dev/null |
            awk -v wanted=%d '
                BEGIN { piece = 1 }
                { used += length($0) + 2; if (used > 3000) { piece++; used = length($0) + 2 } if (piece == wanted) print "|" $0 }
                END { print "=" piece }' || :
        """
                .formatted(piece);
    }
}
