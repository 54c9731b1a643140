package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.contracts.id.Quoted;
import dev.slipway.contracts.outcome.ReasonCode;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The checks of hosts against one another: node names, one machine under two addresses, clocks,
/// sizes of packets.
final class FleetChecks {
    /// As k0sctl has it. The time that a report takes is in it too, alike for all hosts.
    private static final Duration MOST_APART = Duration.ofSeconds(30);

    private final Clusterfile clusterfile;
    private final List<ClusterHost> hosts;
    private final Map<HostAddress, HostFacts> facts;
    private final HostReport.Draft report;

    /// @param facts those of the hosts that could be inspected
    FleetChecks(
            Clusterfile clusterfile, Map<HostAddress, HostFacts> facts, HostReport.Draft report) {
        this.clusterfile = clusterfile;
        this.hosts =
                clusterfile.hosts().stream().filter(h -> facts.containsKey(h.address())).toList();
        this.facts = facts;
        this.report = report;
    }

    void all() {
        names();
        twins();
        clocks();
        packets();
    }

    private void names() {
        var names = new HashMap<String, HostAddress>();
        for (ClusterHost host : hosts) {
            String name = host.name().orElse(of(host).system().hostname().toLowerCase(Locale.ROOT));
            report.passed(host.address(), Check.HOSTNAME);
            if (!name.matches("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")) {
                report.fail(
                        host.address(),
                        Check.HOSTNAME,
                        ReasonCode.HOSTNAME_CONFLICT,
                        "the hostname %s is no node name".formatted(Quoted.of(name)));
            }
            HostAddress other = names.putIfAbsent(name, host.address());
            if (other != null) {
                report.fail(
                        host.address(),
                        Check.HOSTNAME,
                        ReasonCode.HOSTNAME_CONFLICT,
                        "its node name would be %s, as that of %s"
                                .formatted(Quoted.of(name), other));
            }
        }
    }

    /// Machine ids are made at the installation, so that two of a kind are one machine or a copy;
    /// to k0s they are no identity from v1.30 on. Firmware's ids are not always unique, and nothing
    /// of Kubernetes itself breaks then.
    private void twins() {
        twins(Check.MACHINE_ID, f -> f.system().machineId()).forEach(this::twin);
        twins(Check.PRODUCT_UUID, f -> f.hardware().productUuid().toLowerCase(Locale.ROOT))
                .forEach((host, twin) ->
                        report.warn(
                                host,
                                Check.PRODUCT_UUID,
                                "the firmware's product_uuid is the same as that of " + twin,
                                "Two addresses of one machine? Take one out. A cloned machine: give it a UUID of its own in the hypervisor."));
    }

    private void twin(HostAddress host, HostAddress twin) {
        String message = "/etc/machine-id is the same as that of " + twin;
        String advice =
                "Two addresses of one machine? Take one out. A cloned machine: remove /etc/machine-id there and run systemd-machine-id-setup.";
        boolean harmless =
                clusterfile.runtime() instanceof ClusterRuntime.K0s
                        && clusterfile.version().isAtLeast(1, 30);
        if (harmless) {
            report.warn(host, Check.MACHINE_ID, message, advice);
        } else {
            report.fail(host, Check.MACHINE_ID, ReasonCode.PREFLIGHT_FAILED, message, advice);
        }
    }

    /// The hosts whose value an earlier host has too, and which.
    private Map<HostAddress, HostAddress> twins(Check check, Function<HostFacts, String> value) {
        var first = new HashMap<String, HostAddress>();
        var twins = new java.util.LinkedHashMap<HostAddress, HostAddress>();
        for (ClusterHost host : hosts) {
            String found = value.apply(of(host));
            if (!found.isEmpty()) {
                report.passed(host.address(), check);
                HostAddress twin = first.putIfAbsent(found, host.address());
                if (twin != null) {
                    twins.put(host.address(), twin);
                }
            }
        }
        return twins;
    }

    /// Against the median, so that neither the suite's own clock nor one bad host counts.
    private void clocks() {
        if (hosts.size() < 2) {
            return;
        }
        List<Duration> skews = hosts.stream().map(h -> of(h).clockSkew()).sorted().toList();
        Duration median = skews.get((skews.size() - 1) / 2);
        for (ClusterHost host : hosts) {
            Duration apart = of(host).clockSkew().minus(median);
            if (apart.abs().compareTo(MOST_APART) > 0) {
                report.fail(
                        host.address(),
                        Check.CLOCK,
                        ReasonCode.PREFLIGHT_FAILED,
                        "the clock is %d s %s those of the other hosts, expected at most %d s: set the time (chrony, ntpd)"
                                .formatted(
                                        apart.abs().toSeconds(),
                                        apart.isNegative() ? "behind" : "ahead of",
                                        MOST_APART.toSeconds()));
            }
        }
    }

    private void packets() {
        Map<Integer, Long> counts =
                hosts.stream()
                        .map(h -> of(h).network().mtu())
                        .filter(mtu -> mtu > 0)
                        .collect(Collectors.groupingBy(mtu -> mtu, Collectors.counting()));
        if (counts.size() < 2) {
            return;
        }
        int usual =
                counts.entrySet().stream()
                        .max(
                                Map.Entry.<Integer, Long>comparingByValue()
                                        .thenComparing(
                                                Map.Entry.comparingByKey(
                                                        Comparator.reverseOrder())))
                        .orElseThrow()
                        .getKey();
        for (ClusterHost host : hosts) {
            int mtu = of(host).network().mtu();
            if (mtu > 0 && mtu != usual) {
                report.warn(
                        host.address(),
                        Check.MTU,
                        "packets of at most %d octets leave the host, %d the others"
                                .formatted(mtu, usual),
                        "Give the interfaces the same MTU, or set the container network's to the smallest.");
            }
        }
    }

    private HostFacts of(ClusterHost host) {
        return java.util.Objects.requireNonNull(facts.get(host.address()));
    }
}
