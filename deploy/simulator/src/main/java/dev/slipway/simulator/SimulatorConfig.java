package dev.slipway.simulator;

import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.SshAccess;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What to simulate.
///
/// @param home directory of everything the simulator keeps; made if absent. Hosts found there go on
///   where they were
/// @param hosts at least one, names and addresses distinct
/// @param port the SSH port, the same on every host; 0 takes a free one per host
/// @param access who may log in
/// @param timeScale simulated durations = real ones × this; more than 0, at most 1
/// @param kubernetesVersion of the kubeadm, kubelet and kubectl found on a new host, as `v1.36.2`
/// @param sshServer whose SSH server and `sudo` the hosts have
public record SimulatorConfig(
        Path home,
        List<SimulatedHost> hosts,
        int port,
        SshAccess access,
        double timeScale,
        String kubernetesVersion,
        HostSshServer.Kind sshServer) {

    public static final double DEFAULT_TIME_SCALE = 0.05;
    public static final String DEFAULT_KUBERNETES_VERSION = "v1.36.2";

    public SimulatorConfig {
        home = home.toAbsolutePath().normalize();
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("no hosts to simulate: name at least one");
        }
        Set<String> seen = new HashSet<>();
        for (SimulatedHost host : hosts) {
            boolean fresh = seen.add(host.name());
            if (!(seen.add(host.address()) && fresh)) {
                throw new IllegalArgumentException(
                        "host \"%s\" (%s) shares its name or address with another: make both distinct"
                                .formatted(host.name(), host.address()));
            }
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port %d is not in 0..65535".formatted(port));
        }
        if (!(timeScale > 0 && timeScale <= 1)) {
            throw new IllegalArgumentException(
                    "time scale %s is not in (0, 1]: 0.05 is the default".formatted(timeScale));
        }
        if (!kubernetesVersion.matches("v1\\.\\d{1,2}\\.\\d{1,3}")) {
            throw new IllegalArgumentException(
                    "Kubernetes version \"%s\" is not of the form v1.36.2"
                            .formatted(kubernetesVersion));
        }
        if (sshServer == HostSshServer.Kind.OPENSSH && port > 0 && port < 1024) {
            throw new IllegalArgumentException(
                    "port %d is the machine's root's, and the sshd of a simulated host is not that: choose one of 1024..65535"
                            .formatted(port));
        }
    }

    /// With the standard time scale and version, and servers that run everywhere.
    public static SimulatorConfig of(
            Path home, List<SimulatedHost> hosts, int port, SshAccess access) {
        return new SimulatorConfig(
                home,
                hosts,
                port,
                access,
                DEFAULT_TIME_SCALE,
                DEFAULT_KUBERNETES_VERSION,
                HostSshServer.Kind.MINA);
    }

    /// The same hosts with servers of that kind.
    public SimulatorConfig with(HostSshServer.Kind kind) {
        return new SimulatorConfig(home, hosts, port, access, timeScale, kubernetesVersion, kind);
    }
}
