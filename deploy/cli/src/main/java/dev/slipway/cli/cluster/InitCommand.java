package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.host.KnownHosts;
import dev.slipway.contracts.id.HostAddress;
import dev.slipway.planner.clusterfile.SshUserAtHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "init",
        description =
                "Write a Clusterfile for some hosts to standard output; the first becomes the control plane.")
public final class InitCommand implements Runnable {
    @Parameters(arity = "1..*", paramLabel = "[USER@]ADDRESS[:PORT]", description = "The hosts.")
    private List<String> hosts = List.of();

    @Option(
            names = "--name",
            defaultValue = "my-cluster",
            description = "The cluster's name (default: my-cluster).")
    private String name = "my-cluster";

    @Option(
            names = "--runtime",
            defaultValue = "KUBEADM",
            paramLabel = "RUNTIME",
            description = "kubeadm or k0s (default: kubeadm).")
    private RuntimeKind runtime = RuntimeKind.KUBEADM;

    @Option(
            names = "--kubernetes-version",
            paramLabel = "VERSION",
            description =
                    "Kubernetes version (default: v1.36.2), or k0s's release (v1.36.2+k0s.0).")
    private Optional<String> version = Optional.empty();

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description =
                    "SSH private key (default: the first of ~/.ssh/id_ed25519, id_ecdsa, id_rsa).")
    private Optional<Path> key = Optional.empty();

    @Option(
            names = "--known-hosts",
            paramLabel = "FILE",
            description = "Pin the host keys found there (default: ~/.ssh/known_hosts).")
    private Optional<Path> knownHosts = Optional.empty();

    @Override
    public void run() {
        List<SshUserAtHost> addresses = hosts.stream().map(InitCommand::parse).toList();
        requireDistinct(addresses);
        var yaml = new StringBuilder();
        yaml.append(
                """
                # Made by `slipway init`. Next: slipway validate -f THIS, then slipway apply -f THIS --watch
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  runtime:
                    type: %s
                    version: %s
                %s\
                  ssh:
                    user: %s
                    port: %d
                    # Read by the command line and sent to the certificate service; the planner never sees it.
                    pk: %s
                  hosts:
                """
                        .formatted(
                                name,
                                runtime.name().toLowerCase(Locale.ROOT),
                                version.orElse(runtime.version()),
                                program(),
                                addresses.getFirst().user(),
                                addresses.getFirst().address().port(),
                                keyFile()));
        for (int i = 0; i < addresses.size(); i++) {
            host(yaml, addresses.get(i), addresses.getFirst(), i == 0 ? "control-plane" : "worker");
        }
        yaml.append(configuration());
        System.out.print(yaml);
    }

    /// kubeadm and its kin are mostly on the hosts already; k0s mostly is not.
    private String program() {
        return switch (runtime) {
            case KUBEADM -> "";
            case K0S ->
                    """
                      # The program of that release (https://github.com/k0sproject/k0s/releases), unless hosts have it:
                      # artifacts:
                      #   k0s: {file: k0s}     # on this machine, beside this file; or url and sha256
                    """;
        };
    }

    private String configuration() {
        return switch (runtime) {
            case KUBEADM ->
                    """
                    ---
                    apiVersion: kubeadm.k8s.io/v1beta4
                    kind: ClusterConfiguration
                    networking:
                      podSubnet: 10.244.0.0/16
                      serviceSubnet: 10.96.0.0/16
                    """;
            case K0S ->
                    """
                    ---
                    apiVersion: k0s.k0sproject.io/v1beta1
                    kind: ClusterConfig
                    spec:
                      network:
                        provider: kuberouter
                        podCIDR: 10.244.0.0/16
                        serviceCIDR: 10.96.0.0/12
                    """;
        };
    }

    private void host(StringBuilder yaml, SshUserAtHost host, SshUserAtHost first, String role) {
        yaml.append(
                "    - ips: [\"%s\"]%n      roles: [%s]%n"
                        .formatted(host.address().address(), role));
        var ssh = new ArrayList<String>();
        if (!host.user().equals(first.user())) {
            ssh.add("        user: " + host.user());
        }
        if (host.address().port() != first.address().port()) {
            ssh.add("        port: " + host.address().port());
        }
        List<String> keys =
                KnownHosts.keys(
                        knownHosts.orElseGet(KnownHosts::ownFile),
                        host.address().address(),
                        host.address().port());
        if (!keys.isEmpty()) {
            ssh.add("        hostKeys:");
            keys.forEach(k -> ssh.add("          - \"%s\"".formatted(k)));
        }
        if (!ssh.isEmpty()) {
            yaml.append("      ssh:\n");
            ssh.forEach(l -> yaml.append(l).append('\n'));
        }
    }

    private String keyFile() {
        Path directory = Path.of(System.getProperty("user.home"), ".ssh");
        return key.map(Path::toString)
                .orElseGet(() ->
                        Stream.of("id_ed25519", "id_ecdsa", "id_rsa")
                                .filter(f -> Files.exists(directory.resolve(f)))
                                .findFirst()
                                .map(f -> "~/.ssh/" + f)
                                .orElse("~/.ssh/id_ed25519"));
    }

    private static void requireDistinct(List<SshUserAtHost> addresses) {
        var seen = new HashSet<HostAddress>();
        for (SshUserAtHost a : addresses) {
            if (!seen.add(a.address())) {
                throw CommandFailure.usage(
                        "the host \"%s\" is named twice: name each once".formatted(a.address()));
            }
        }
    }

    private static SshUserAtHost parse(String text) {
        return SshUserAtHost.parse(text)
                .orElseThrow(() ->
                        CommandFailure.usage(
                                "\"%s\" is no host: expected [USER@]ADDRESS[:PORT], for example root@10.0.0.1 or root@[fd00::1]:22"
                                        .formatted(text)));
    }
}
