package dev.slipway.scenarios;

import dev.slipway.local.files.PrivateFile;
import dev.slipway.simulator.K0sProgram;
import dev.slipway.simulator.RunningHost;
import dev.slipway.simulator.SimulatedHost;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.SimulatorConfig;
import dev.slipway.simulator.ssh.HostSshServer;
import dev.slipway.simulator.ssh.SshAccess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Some simulated hosts of one story; the first is the control plane of the clusters made of them.
final class Fleet implements AutoCloseable {
    static final String OPS_PASSWORD = "a pass'word with $igns";
    private static final int PORT = 22022;

    private static final String CNI =
            """
              manifests:
                - name: cni
                  text: |
                    apiVersion: apps/v1
                    kind: DaemonSet
                    metadata: {name: example-cni, namespace: kube-system}
                    spec:
                      template:
                        spec:
                          hostNetwork: true
            """;

    /// Stories run beside each other: two on the same addresses would fail now and then.
    private static final Map<Integer, String> TAKEN = new ConcurrentHashMap<>();

    private final Path home;
    private final Simulator simulator;

    /// @param net the third number of 127.78.x.y, one a story
    Fleet(int net, int hosts) {
        this(net, hosts, HostSshServer.Kind.MINA);
    }

    Fleet(int net, int hosts, HostSshServer.Kind sshServer) {
        String story = story();
        String other = TAKEN.putIfAbsent(net, story);
        if (other != null && !other.equals(story)) {
            throw new IllegalArgumentException(
                    "127.78.%d.0 is %s's: take another number".formatted(net, other));
        }
        try {
            home = Files.createTempDirectory("slipway-fleet");
            simulator =
                    Simulator.start(
                            SimulatorConfig.of(
                                            home,
                                            IntStream.rangeClosed(1, hosts)
                                                    .mapToObj(i ->
                                                            SimulatedHost.parse(
                                                                    "node-%d=127.78.%d.%d"
                                                                            .formatted(i, net, i)))
                                                    .toList(),
                                            PORT,
                                            SshAccess.everyLogin(OPS_PASSWORD))
                                    .with(sshServer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String story() {
        return StackWalker.getInstance()
                .walk(frames ->
                        frames.map(StackWalker.StackFrame::getClassName)
                                .filter(name -> !name.equals(Fleet.class.getName()))
                                .findFirst())
                .orElseThrow();
    }

    /// @param number from 1
    RunningHost host(int number) {
        return simulator.host("node-" + number);
    }

    List<RunningHost> hosts() {
        return List.copyOf(simulator.hosts());
    }

    Path clientKey() {
        return simulator.clientKey();
    }

    /// Makes the services trust the hosts' keys, as a user does who has them in known_hosts.
    void trust(Cli cli) {
        for (RunningHost host : simulator.hosts()) {
            Cli.Result result =
                    cli.run(
                            "hosts",
                            "trust",
                            host.address() + ":" + PORT,
                            "--known-hosts",
                            simulator.knownHosts().toString());
            if (result.code() != 0) {
                throw new AssertionError(result.all());
            }
        }
    }

    /// A Clusterfile with the hosts of these numbers, entered as root with the client key.
    ///
    /// @param more entries of `spec.hosts`, indented by four, then fields of `spec`, indented by
    ///   two
    Path several(String name, List<Integer> controlPlanes, List<Integer> workers, String more) {
        return cluster(name, CNI, controlPlanes, workers, more);
    }

    /// The same for a cluster that is there already, so without a manifest.
    ///
    /// @param more fields of `spec`, indented by two, then further documents
    Path existing(String name, List<Integer> controlPlanes, List<Integer> workers, String more) {
        return cluster(name, "", controlPlanes, workers, more);
    }

    /// @param fields of `spec`, before the hosts
    private Path cluster(
            String name,
            String fields,
            List<Integer> controlPlanes,
            List<Integer> workers,
            String more) {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  runtime: {version: v1.36.2}
                  ssh: {port: %d, user: root, pk: %s}
                %s  hosts:
                %s%s%s\
                """
                        .formatted(
                                name,
                                PORT,
                                clientKey(),
                                fields,
                                entries(controlPlanes, "control-plane"),
                                entries(workers, "worker"),
                                more);
        return written(name, text);
    }

    /// A Clusterfile of k0s with the hosts of these numbers, entered as root with the client key.
    /// The program of the release lies beside it.
    ///
    /// @param more entries of `spec.hosts`, indented by four, then fields of `spec`, indented by
    ///   two, then further documents
    Path k0s(
            String name,
            String release,
            List<Integer> controllers,
            List<Integer> workers,
            String more) {
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  runtime: {type: k0s, version: %s}
                  artifacts: {k0s: {file: %s}}
                  ssh: {port: %d, user: root, pk: %s}
                  hosts:
                %s%s%s\
                """
                        .formatted(
                                name,
                                release,
                                k0sProgram(release).getFileName(),
                                PORT,
                                clientKey(),
                                entries(controllers, "control-plane"),
                                entries(workers, "worker"),
                                more);
        return written(name, text);
    }

    /// The program of a release, on the machine of the command line.
    Path k0sProgram(String release) {
        try {
            return new K0sProgram(release).write(home.resolve("k0s-" + release));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String entries(List<Integer> numbers, String role) {
        return numbers.stream()
                .map(i -> "    - {ips: [\"%s\"], roles: [%s]}%n".formatted(host(i).address(), role))
                .collect(Collectors.joining());
    }

    /// A Clusterfile of the first `count` hosts, entered as root with the client key.
    Path clusterfile(String name, int count) {
        return clusterfile(name, count, "user: root\n    pk: " + clientKey());
    }

    /// @param ssh what stands under `spec.ssh`, indented by four
    Path clusterfile(String name, int count, String ssh) {
        String workers =
                IntStream.rangeClosed(2, count)
                        .mapToObj(i -> "\"" + host(i).address() + "\"")
                        .collect(Collectors.joining(", "));
        String text =
                """
                apiVersion: slipway.dev/v1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  runtime:
                    type: kubeadm
                    version: v1.36.2
                  ssh:
                    port: %d
                    %s
                  hosts:
                    - ips: ["%s"]
                      roles: [control-plane]
                %s  manifests:
                    - name: cni
                      text: |
                        apiVersion: apps/v1
                        kind: DaemonSet
                        metadata:
                          name: example-cni
                          namespace: kube-system
                          labels: {k8s-app: cni}
                        spec:
                          selector: {matchLabels: {k8s-app: cni}}
                          template:
                            metadata: {labels: {k8s-app: cni}}
                            spec:
                              hostNetwork: true
                              containers: [{name: cni, image: registry.example/cni:1}]
                """
                        .formatted(
                                name,
                                PORT,
                                ssh,
                                host(1).address(),
                                workers.isEmpty()
                                        ? ""
                                        : "    - ips: [%s]%n      roles: [worker]%n"
                                                .formatted(workers));
        return written(name, text);
    }

    /// `deploy/examples/three-nodes.yaml` with these hosts' addresses and its own way in.
    ///
    /// @param ssh what stands under `spec.ssh`, indented by four
    Path threeNodes(String name, String ssh) {
        String network = host(1).address().replaceFirst("\\d+$", "");
        try {
            Path example =
                    Path.of(System.getenv("SLIPWAY_ROOT"), "deploy/examples/three-nodes.yaml");
            return written(
                    name,
                    Files.readString(example)
                            .replace("name: demo\n", "name: %s\n".formatted(name))
                            .replace("127.77.0.", network)
                            .replace("user: root\n", ssh + "\n")
                            .replace("    credential: demo-ssh\n", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path written(String name, String text) {
        try {
            return Files.writeString(home.resolve(name + ".yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        simulator.close();
        PrivateFile.deleteTree(home);
    }
}
