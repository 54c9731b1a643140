package dev.slipway.planner.plan.k0s;

import dev.slipway.contracts.order.FailurePattern;
import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.plan.PlanInput;
import dev.slipway.planner.plan.node.Failures;
import dev.slipway.planner.plan.node.Script;
import dev.slipway.planner.plan.node.Services;
import dev.slipway.planner.plan.node.Steps;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The members of the etcd that k0s runs on its controllers, as seen from one of them.
///
/// `k0s etcd member-list` tells names and peer addresses, and nothing of learners or health. What
/// it does not tell is asked of the API server beside each member: that one reads from no other
/// etcd, so it is ready only where its member votes and knows a majority. k0s has to run where
/// these are asked.
final class K0sEtcd {
    /// Begins the message that a step is refused with.
    static final String REFUSED = "slipway: etcd would lose its quorum";

    private static final List<FailurePattern> FAILURES =
            Failures.with(
                    Failures.as(REFUSED, ReasonCode.ETCD_QUORUM_LOST),
                    Failures.as("etcdserver: unhealthy cluster", ReasonCode.ETCD_QUORUM_LOST),
                    Failures.as("etcdserver: re-configuration failed", ReasonCode.ETCD_QUORUM_LOST),
                    Failures.as("slipway: etcd does not answer", ReasonCode.ETCD_QUORUM_LOST),
                    Failures.as("connection refused", ReasonCode.API_UNREACHABLE));

    private K0sEtcd() {}

    /// Whether there are members to look after: k0s may also keep its data in a database, or in an
    /// etcd that is not its own.
    static boolean isOwn(PlanInput input) {
        return K0sInstall.runtime(input).hasMembers();
    }

    /// The functions `members` (a line each: name and peer address, `-` for the name of one that
    /// has not started yet), `answering ADDRESSES…` (how many of them answer) and `enough NAME
    /// ADDRESSES…`, which ends the step unless those that are left without NAME are a majority.
    private static String functions(PlanInput input, ClusterHost controller) {
        return Script.fill(
                """
                set -f
                members() {
                    if ! trouble=$(@KUBECTL@ get --raw=/readyz --request-timeout=10s 2>&1); then
                        echo "slipway: etcd does not answer, or the API server beside it: $trouble" >&2
                        return 1
                    fi
                    listing=$(k0s etcd member-list --data-dir @DATA@) || return 1
                    printf '%s\\n' "$listing" | awk '
                        { text = text $0 }
                        END {
                            start = index(text, "\\"members\\"")
                            if (!start) exit 1
                            text = substr(text, start + 9)
                            while (match(text, /"[^"]*"[ ]*:[ ]*"[^"]*"/)) {
                                split(substr(text, RSTART, RLENGTH), part, "\\"")
                                text = substr(text, RSTART + RLENGTH)
                                sub("^https?://", "", part[4])
                                sub(":[0-9]+$", "", part[4])
                                print (part[2] == "" ? "-" : tolower(part[2])), part[4]
                            }
                        }' || { echo "slipway: k0s etcd member-list printed $listing, expected its members as JSON" >&2; return 1; }
                }
                answering() {
                    count=0
                    for address in "$@"; do
                        if @KUBECTL@ --server "https://$address:@PORT@" get --raw=/readyz --request-timeout=5s >/dev/null 2>&1; then count=$((count + 1)); fi
                    done
                    echo "$count"
                }
                enough() {
                    without=$1
                    shift
                    up=$(answering "$@")
                    needed=$(($# / 2 + 1))
                    if [ "$up" -lt "$needed" ]; then
                        echo "@REFUSED@: without $without it has $# members, of which $up answer and $needed must" >&2
                        exit 1
                    fi
                }
                """,
                "KUBECTL",
                Steps.kubectl(input, controller),
                "DATA",
                ShellQuote.quote(K0sPaths.data(controller).value()),
                "PORT",
                String.valueOf(input.clusterfile().apiPort()),
                "REFUSED",
                REFUSED);
    }

    /// True when the members are the controllers; names what is wrong. Empty where there are none
    /// to look after.
    static Optional<String> areMembers(PlanInput input) {
        return isOwn(input) ? Optional.of(membership(input)) : Optional.empty();
    }

    private static String membership(PlanInput input) {
        return functions(input, input.lead())
                + Script.fill(
                        """
                        members | awk -v wanted=@NAMES@ '
                            { member[$1] = $2 }
                            END {
                                count = split(wanted, names, " ")
                                for (i = 1; i <= count; i++) {
                                    name = names[i]
                                    if (!(name in member)) { print "etcd has no member " name; wrong = 1 }
                                    delete member[name]
                                }
                                for (name in member) { print "etcd has a member " name " at " member[name] " that is no controller"; wrong = 1 }
                                exit wrong
                            }'
                        """,
                        "NAMES",
                        ShellQuote.quote(
                                input.clusterfile().controlPlanes().stream()
                                        .map(h -> name(input, h))
                                        .collect(Collectors.joining(" "))));
    }

    /// Looks, before a controller is stopped for a while, whether etcd does without it. Of one or
    /// two members none can be spared, and a pause is what was asked for. A controller that does
    /// not run is not missed any more.
    static Step checkQuorum(PlanInput input, ClusterHost host) {
        return Step.Command.of(
                        "check-quorum",
                        functions(input, host)
                                + Script.fill(
                                        """
                                        listed=$(members)
                                        others=$(printf '%s\\n' "$listed" | awk -v name=@NAME@ -v address=@ADDRESS@ '$1 != name && $2 != address { print $2 }')
                                        all=$(printf '%s\\n' "$listed" | grep -c . || :)
                                        if [ "$all" -le 2 ]; then exit 0; fi
                                        up=$(answering $others)
                                        if [ "$up" -lt "$((all / 2 + 1))" ]; then
                                            echo "@REFUSED@: of its $all members $up answer besides" @NAME@", and $((all / 2 + 1)) must" >&2
                                            exit 1
                                        fi
                                        """,
                                        "NAME",
                                        ShellQuote.quote(name(input, host)),
                                        "ADDRESS",
                                        ShellQuote.quote(peer(input, host)),
                                        "REFUSED",
                                        REFUSED),
                        Duration.ofMinutes(3))
                .withRerun()
                .unless("! " + Services.of(input.factsOf(host)).isActive(K0sInstall.service(host)))
                .failingAs(FAILURES);
    }

    /// Until the controller is a member again that answers by itself.
    static Step awaitMember(PlanInput input, ClusterHost host) {
        return Steps.await(
                "await-etcd",
                functions(input, host)
                        + "members | awk -v name=%s -v address=%s '$1 != \"-\" && ($1 == name || $2 == address) { found = 1 } END { exit !found }'\n"
                                .formatted(
                                        ShellQuote.quote(name(input, host)),
                                        ShellQuote.quote(peer(input, host))),
                Duration.ofMinutes(3),
                ReasonCode.ETCD_MEMBER_MISSING);
    }

    /// Lets the members of controllers go, one after another, from another controller: each only if
    /// those that are left and answer are a majority of those left, and each until it is gone. A
    /// member that is gone already is passed over.
    ///
    /// @param host on which it runs; it stays, or goes after all of these
    static Step.Command remove(PlanInput input, ClusterHost host, List<ClusterHost> leaving) {
        return Step.Command.of(
                        "remove-etcd-members",
                        functions(input, host)
                                + Script.fill(
                                        """
                                        leave() {
                                            listed=$(members)
                                            peer=$(printf '%s\\n' "$listed" | awk -v name="$1" -v address="$2" '$1 == name || $2 == address { print $2; exit }')
                                            if [ -z "$peer" ]; then
                                                echo "etcd has no member $1"
                                                return 0
                                            fi
                                            enough "$1" $(printf '%s\\n' "$listed" | awk -v address="$peer" '$2 != address { print $2 }')
                                            tries=0
                                            until k0s etcd leave --peer-address "$peer" --data-dir @DATA@; do
                                                tries=$((tries + 1))
                                                if [ "$tries" -ge 3 ]; then exit 1; fi
                                                sleep 5
                                            done
                                            tries=0
                                            until listed=$(members 2>/dev/null) && ! printf '%s\\n' "$listed" | awk -v address="$peer" '$2 == address { found = 1 } END { exit !found }'; do
                                                tries=$((tries + 1))
                                                if [ "$tries" -ge 30 ]; then
                                                    echo "slipway: etcd still has member $1 at $peer, or does not answer" >&2
                                                    exit 1
                                                fi
                                                sleep 1
                                            done
                                            echo "etcd has let $1 at $peer go"
                                        }
                                        @LEAVE@\
                                        """,
                                        "DATA",
                                        ShellQuote.quote(K0sPaths.data(host).value()),
                                        "LEAVE",
                                        leaving.stream()
                                                .map(h ->
                                                        "leave %s %s\n"
                                                                .formatted(
                                                                        ShellQuote.quote(
                                                                                name(input, h)),
                                                                        ShellQuote.quote(
                                                                                peer(input, h))))
                                                .collect(Collectors.joining())),
                        Duration.ofMinutes(2).plus(Duration.ofMinutes(2L * leaving.size())))
                .withRerun()
                .failingAs(FAILURES);
    }

    /// k0s calls a member by the hostname, which is the node's name but for capitals.
    private static String name(PlanInput input, ClusterHost host) {
        return input.nodeName(host).toLowerCase(Locale.ROOT);
    }

    /// As peer URLs have it. A host that is lost may never have been seen.
    private static String peer(PlanInput input, ClusterHost host) {
        String address =
                input.facts().containsKey(host.address())
                        ? K0sConfiguration.address(input, host)
                        : host.k0s().privateAddress().orElse(host.address().address());
        return address.contains(":") ? "[" + address + "]" : address;
    }
}
