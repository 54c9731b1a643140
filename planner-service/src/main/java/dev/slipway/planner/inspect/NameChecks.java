package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The checks of hosts against one another: node names, and one machine under two addresses.
final class NameChecks {
    private NameChecks() {}

    static List<HostProblem> of(Clusterfile clusterfile, Map<HostAddress, HostFacts> facts) {
        var problems = new ArrayList<HostProblem>();
        var names = new HashMap<String, HostAddress>();
        var machines = new HashMap<String, HostAddress>();
        for (ClusterHost host : clusterfile.hosts()) {
            HostFacts found = facts.get(host.address());
            if (found == null) {
                continue;
            }
            String name = host.name().orElse(found.system().hostname().toLowerCase(Locale.ROOT));
            if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
                problems.add(
                        HostProblem.of(
                                host.address(),
                                ReasonCode.HOSTNAME_CONFLICT,
                                "the hostname %s is no node name".formatted(Quoted.of(name))));
            }
            HostAddress other = names.putIfAbsent(name, host.address());
            if (other != null) {
                problems.add(
                        HostProblem.of(
                                host.address(),
                                ReasonCode.HOSTNAME_CONFLICT,
                                "its node name would be %s, as that of %s"
                                        .formatted(Quoted.of(name), other)));
            }
            String machine = found.system().machineId();
            HostAddress twin =
                    machine.isEmpty() ? null : machines.putIfAbsent(machine, host.address());
            if (twin != null) {
                problems.add(
                        new HostProblem(
                                host.address(),
                                ReasonCode.PREFLIGHT_FAILED,
                                "/etc/machine-id is the same as that of " + twin,
                                "Two addresses of one machine? Take one out. A cloned machine: remove /etc/machine-id there and run systemd-machine-id-setup."));
            }
        }
        return problems;
    }
}
