package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.plan.PlanFixture;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/// A cluster of k0s (a controller, one that works too, a worker), and what its hosts tell.
final class K0sHosts {
    static final String RELEASE = "v1.36.2+k0s.0";
    static final Instant NOW = Instant.ofEpochSecond(1_800_000_000L);
    static final HostAddress CONTROLLER = HostAddress.of("10.0.0.1:22");
    static final HostAddress WORKING = HostAddress.of("10.0.0.2:22");
    static final HostAddress WORKER = HostAddress.of("10.0.1.1:22");

    private K0sHosts() {}

    static Clusterfile clusterfile() {
        return clusterfile("", "");
    }

    /// @param more of `spec`, indented by two
    /// @param config of `spec` of k0s's configuration, indented by two
    static Clusterfile clusterfile(String more, String config) {
        return clusterfile(RELEASE, more, config);
    }

    static Clusterfile clusterfile(String release, String more, String config) {
        return PlanFixture.read(
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata: {name: demo}
                spec:
                  runtime: {type: k0s, version: %s}
                  ssh: {credential: team}
                  hosts:
                    - {ips: [10.0.0.1], names: [cp-1], roles: [control-plane]}
                    - {ips: [10.0.0.2], names: [cp-2], roles: [control-plane, worker]}
                    - {ips: [10.0.0.3], names: [cp-3], roles: [control-plane]}
                    - {ips: [10.0.1.1], roles: [worker]}
                %s%s\
                """
                        .formatted(
                                release,
                                more,
                                config.isEmpty()
                                        ? ""
                                        : "---\napiVersion: k0s.k0sproject.io/v1beta1\nkind: ClusterConfig\nspec:\n"
                                                + config));
    }

    /// What a host tells on which nothing was done but putting k0s there.
    static Map<String, String> fresh(ClusterHost host) {
        return report(host, false);
    }

    static Map<String, String> installed(ClusterHost host) {
        return report(host, true);
    }

    private static Map<String, String> report(ClusterHost host, boolean member) {
        var report = new HashMap<>(PlanFixture.report(host, RELEASE, member));
        if (!member) {
            report.remove("owner");
        }
        report.put(
                "tools",
                "path.k0s=/usr/local/bin/k0s\nversion.k0s=%s\npath.curl=/usr/bin/curl\n"
                        .formatted(RELEASE));
        report.put(
                "node",
                member
                        ? "file=/var/lib/k0s\nk0s=%s yes %s\n%s=yes\n"
                                .formatted(
                                        HostChecks.k0sService(host),
                                        RELEASE,
                                        host.isControlPlane() ? "initialised" : "joined")
                        : "");
        return report;
    }

    /// Lines of one fact before the others, so they count.
    static Map<String, String> with(Map<String, String> report, String fact, String lines) {
        var changed = new HashMap<>(report);
        changed.merge(fact, lines, (old, first) -> first + "\n" + old);
        return changed;
    }

    static HostFacts facts(Map<String, String> report) {
        return FactReader.read(report, NOW);
    }

    static ClusterHost host(Clusterfile clusterfile, HostAddress address) {
        return clusterfile.host(address).orElseThrow();
    }
}
