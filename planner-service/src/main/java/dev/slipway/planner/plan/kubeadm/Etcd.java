package dev.slipway.planner.plan.kubeadm;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.IpFamily;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.NodeAddress;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// etcd's members as seen from a control plane, by the `etcdctl` of its own etcd's container.
final class Etcd {
    /// Begins the message that a removal is refused with.
    private static final String REFUSED = "slipway: etcd would lose its quorum";

    private Etcd() {}

    /// The functions `etcd ARGUMENTS…`, `members` (a line each: id, name, `voter` or `learner`) and
    /// `healthy NAMES…` (how many of them answer).
    ///
    /// @param lead the control plane on which they run
    private static String functions(PlanInput input, ClusterHost lead) {
        return Script.fill(
                FUNCTIONS,
                "KUBECTL",
                Steps.kubectl(input, lead),
                "POD",
                ShellQuote.quote("etcd-" + input.nodeName(lead)),
                "ENDPOINT",
                NodeAddress.withPort(
                        IpFamily.of(NodeAddress.of(input, lead)).orElse(IpFamily.IPV4).loopback(),
                        2379));
    }

    /// True when the members are the control planes, started and voting; names what is wrong.
    static String areMembers(PlanInput input) {
        return functions(input, input.lead())
                + Script.fill(
                        """
                        members | awk -v wanted=@NAMES@ '
                            { role[$2] = $3 }
                            END {
                                count = split(wanted, names, " ")
                                for (i = 1; i <= count; i++) {
                                    name = names[i]
                                    if (!(name in role)) { print "etcd has no member " name; wrong = 1 }
                                    else if (role[name] != "voter") { print "etcd member " name " is a " role[name]; wrong = 1 }
                                    delete role[name]
                                }
                                for (name in role) { print "etcd has a member " name " that is no control plane"; wrong = 1 }
                                exit wrong
                            }'
                        """,
                        "NAMES",
                        ShellQuote.quote(
                                input.clusterfile().controlPlanes().stream()
                                        .map(input::nodeName)
                                        .collect(Collectors.joining(" "))));
    }

    /// Removes the members of the nodes, one after another. Each only if those that are left and
    /// answer are a majority of the members left; a member that is gone already is passed over.
    static Step remove(PlanInput input, ClusterHost host, List<ClusterHost> leaving) {
        return Step.Command.of(
                        "remove-etcd-members",
                        functions(input, host)
                                + Script.fill(
                                        """
                                        for node in @NAMES@; do
                                            listed=$(members)
                                            id=$(printf '%s\\n' "$listed" | awk -v name="$node" '$2 == name { print $1; exit }')
                                            if [ -z "$id" ]; then echo "etcd has no member $node"; continue; fi
                                            left=$(printf '%s\\n' "$listed" | awk -v name="$node" '$2 != name && $3 == "voter" { print $2 }')
                                            count=$(printf '%s\\n' "$left" | grep -c . || :)
                                            answering=$(healthy $left)
                                            needed=$((count / 2 + 1))
                                            if [ "$answering" -lt "$needed" ]; then
                                                echo "@REFUSED@: without $node it has $count voting members, of which $answering answer and $needed must" >&2
                                                exit 1
                                            fi
                                            etcd member remove "$id"
                                        done
                                        """,
                                        "NAMES",
                                        ShellQuote.words(
                                                leaving.stream().map(input::nodeName).toList()),
                                        "REFUSED",
                                        REFUSED),
                        Duration.ofMinutes(5))
                .withRerun()
                .failingAs(
                        Failures.with(
                                Failures.as(REFUSED, ReasonCode.ETCD_QUORUM_LOST),
                                Failures.as(
                                        "etcdserver: unhealthy cluster",
                                        ReasonCode.ETCD_QUORUM_LOST),
                                Failures.as("connection refused", ReasonCode.API_UNREACHABLE)));
    }

    /// A member that has not started yet has no name. The learner flag is the last field of
    /// etcdctl's simple form: ID, status, name, peer addresses, client addresses, is learner.
    private static final String FUNCTIONS =
            """
            etcd() {
                @KUBECTL@ -n kube-system exec @POD@ -- etcdctl --endpoints https://@ENDPOINT@ --cacert /etc/kubernetes/pki/etcd/ca.crt --cert /etc/kubernetes/pki/etcd/healthcheck-client.crt --key /etc/kubernetes/pki/etcd/healthcheck-client.key "$@"
            }
            members() {
                listing=$(etcd member list) || return 1
                printf '%s\\n' "$listing" | awk -F ', ' 'NF >= 6 { print $1, ($3 == "" ? "unnamed-" $1 : $3), ($2 == "started" && $NF == "false" ? "voter" : $2 == "started" ? "learner" : "unstarted") }'
            }
            healthy() {
                listing=$(etcd member list) || return 1
                up=$(etcd endpoint health --cluster 2>/dev/null | sed -n 's/^\\(https:[^ ]*\\) is healthy.*/\\1/p')
                count=0
                for member in "$@"; do
                    address=$(printf '%s\\n' "$listing" | awk -F ', ' -v name="$member" '$3 == name { split($5, all, ","); print all[1]; exit }')
                    if [ -n "$address" ] && printf '%s\\n' "$up" | grep -qxF "$address"; then count=$((count + 1)); fi
                done
                echo "$count"
            }
            """;
}
