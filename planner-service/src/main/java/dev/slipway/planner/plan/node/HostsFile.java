package dev.slipway.planner.plan.node;

import dev.slipway.contracts.order.ShellQuote;
import dev.slipway.contracts.order.Step;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.HostAlias;
import dev.slipway.planner.plan.PlanInput;
import java.util.ArrayList;
import java.util.List;

/// Slipway's block in /etc/hosts: the host's own name and the aliases of the Clusterfile. The other
/// nodes are not in it, so a new node changes no old one. Lines outside the markers are never
/// touched.
public final class HostsFile {
    private static final String BEGIN = "# BEGIN slipway";
    private static final String END = "# END slipway";

    /// Written into the same file, which may be a mount of its own and cannot be renamed over.
    private static final String REPLACE =
            """
            umask 022
            touch /etc/hosts
            mkdir -p /run/slipway/cluster
            awk '$0 == "@BEGIN_MARK@" { inside = 1 } !inside { print } $0 == "@END_MARK@" { inside = 0 }' /etc/hosts > /run/slipway/cluster/hosts
            printf '%s' @BLOCK@ >> /run/slipway/cluster/hosts
            cmp -s /run/slipway/cluster/hosts /etc/hosts || cat /run/slipway/cluster/hosts > /etc/hosts
            rm -f /run/slipway/cluster/hosts
            """;

    private HostsFile() {}

    public static Step write(PlanInput input, ClusterHost host) {
        var lines = new ArrayList<String>();
        lines.add(BEGIN);
        lines.add(NodeAddress.of(input, host) + " " + input.nodeName(host));
        for (HostAlias alias : input.clusterfile().hostAliases()) {
            lines.add(alias.ip() + " " + String.join(" ", alias.hostnames()));
        }
        lines.add(END);
        return replaceWith("write-hosts-file", lines);
    }

    public static Step clean() {
        return replaceWith("clean-hosts-file", List.of());
    }

    private static Step replaceWith(String step, List<String> lines) {
        String block = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        return Steps.rerunnable(
                step,
                Script.fill(
                        REPLACE,
                        "BEGIN_MARK",
                        BEGIN,
                        "END_MARK",
                        END,
                        "BLOCK",
                        ShellQuote.quote(block)));
    }
}
