package dev.slipway.planner.inspect;

import dev.slipway.contracts.id.ClusterName;
import dev.slipway.contracts.id.TenantId;
import dev.slipway.planner.clusterfile.Cidr;
import dev.slipway.planner.clusterfile.K0sVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Makes [HostFacts] of the facts that the steps of [InspectSteps] reported. What a host says is
/// never trusted: unknown keys are dropped, numbers and texts are bounded, nothing throws.
public final class FactReader {
    private static final int MAX_TEXT = 256;
    private static final int MAX_VALUES = 64;

    private FactReader() {}

    /// @param facts as the task reported them
    /// @param at when the task settled, by the executor's clock
    public static HostFacts read(Map<String, String> facts, Instant at) {
        Lines system = Lines.of(facts, InspectSteps.SYSTEM);
        Optional<String> ownerText = Optional.ofNullable(facts.get(InspectSteps.OWNER));
        Optional<Ownership> owner = ownerText.flatMap(FactReader::owner);
        return new HostFacts(
                system(system),
                hardware(Lines.of(facts, InspectSteps.HARDWARE)),
                network(Lines.of(facts, InspectSteps.NETWORK)),
                tools(Lines.of(facts, InspectSteps.TOOLS)),
                node(Lines.of(facts, InspectSteps.NODE)),
                owner,
                ownerText.isPresent() && owner.isEmpty(),
                skew(clock(system, Lines.of(facts, InspectSteps.NODE)), at),
                probes(facts),
                k0s(Lines.of(facts, InspectSteps.NODE)),
                docker(Lines.of(facts, InspectSteps.NODE)),
                kubeadm(facts));
    }

    /// The later, the nearer to when the task settled.
    private static long clock(Lines system, Lines node) {
        long last = node.number("time");
        return last == 0 ? system.number("time") : last;
    }

    private static Duration skew(long epochSecond, Instant at) {
        return epochSecond == 0
                ? Duration.ZERO
                : Duration.ofSeconds(epochSecond - at.getEpochSecond());
    }

    private static HostFacts.SystemFacts system(Lines lines) {
        return new HostFacts.SystemFacts(
                lines.text("os"),
                List.of(lines.words("os-like")),
                lines.text("os-version"),
                lines.text("os-name"),
                lines.text("architecture"),
                lines.text("kernel"),
                lines.text("hostname"),
                lines.text("machine-id"),
                lines.text("boot-id"),
                lines.flag("systemd"),
                lines.flag("openrc"),
                lines.text("selinux"),
                lines.flag("container-policy"),
                lines.text("firewall"),
                (int) Math.min(lines.number("cgroups"), 9),
                Set.of(lines.words("controllers")),
                answers(lines, "module."));
    }

    private static HostFacts.HardwareFacts hardware(Lines lines) {
        return new HostFacts.HardwareFacts(
                (int) Math.min(lines.number("cpus"), 65_536),
                lines.number("memory-mib"),
                lines.number("free-disk-mib"),
                (int) Math.min(lines.number("free-disk-percent"), 100),
                lines.flag("disk-writable"),
                lines.text("product-uuid"),
                lines.flag("swap"));
    }

    private static HostFacts.NetworkFacts network(Lines lines) {
        var ports = new TreeSet<Integer>();
        for (String port : lines.all("port")) {
            if (port.matches("[0-9A-F]{4}")) {
                ports.add(Integer.parseInt(port, 16));
            }
        }
        var addresses = new TreeSet<String>();
        lines.all("address").stream().filter(FactReader::isAddress).forEach(addresses::add);
        return new HostFacts.NetworkFacts(
                addresses,
                Optional.of(lines.text("default-address")).filter(FactReader::isAddress),
                Optional.of(lines.text("second-address")).filter(FactReader::isAddress),
                ports,
                lines.flag("ip-forward"),
                lines.flag("bridge-netfilter"),
                (int) Math.min(lines.number("mtu"), 65_536),
                Set.copyOf(lines.all("route").stream().filter(FactReader::isNetwork).toList()),
                lines.all("resolvers").isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                Stream.of(lines.words("resolvers"))
                                        .filter(FactReader::isAddress)
                                        .toList()));
    }

    private static HostFacts.ProbeFacts probes(Map<String, String> facts) {
        Lines probe = Lines.of(facts, CheckSteps.PROBE);
        Lines registry = Lines.of(facts, CheckSteps.REGISTRY);
        Lines cluster = Lines.of(facts, CheckSteps.CLUSTER);
        return new HostFacts.ProbeFacts(
                Optional.of(probe.number("disk-sync-us"))
                        .filter(us -> us > 0)
                        .map(us -> Duration.ofNanos(Math.min(us, 60_000_000) * 1000)),
                answers(probe, "name."),
                Set.copyOf(probe.all("peer").stream().filter(FactReader::isPeer).toList()),
                (int) Math.min(probe.number("peers"), 100_000),
                images(registry),
                registry.flag("login"),
                cluster.answer("runtime"),
                Optional.of(cluster.text("node")).filter(n -> n.matches("[A-Za-z,]{1,80}")),
                Optional.of(cluster.text("node-trouble")).filter(t -> !t.isEmpty()),
                tally(cluster, "pod"),
                tally(cluster, "service"));
    }

    private static Map<String, String> images(Lines lines) {
        var images = new TreeMap<String, String>();
        for (String line : lines.all("image")) {
            String[] words = line.split(" ");
            if (words.length == 2 && words[1].matches("present|[0-9]{3}")) {
                images.putIfAbsent(words[0], words[1]);
            }
        }
        return images;
    }

    /// `pods=30`, `pods-bad=2`, and a line `pod=…` for the first of these.
    private static Optional<HostFacts.Tally> tally(Lines lines, String what) {
        return lines.all(what + "s").isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new HostFacts.Tally(
                                (int) Math.min(lines.number(what + "s"), Integer.MAX_VALUE),
                                (int) Math.min(lines.number(what + "s-bad"), Integer.MAX_VALUE),
                                lines.all(what).stream().limit(20).toList()));
    }

    private static Map<String, Boolean> answers(Lines lines, String prefix) {
        var answers = new TreeMap<String, Boolean>();
        lines.below(prefix)
                .keySet()
                .forEach(name ->
                        lines.answer(prefix + name).ifPresent(yes -> answers.put(name, yes)));
        return answers;
    }

    private static HostFacts.ToolFacts tools(Lines lines) {
        return new HostFacts.ToolFacts(lines.below("version."), lines.below("path."));
    }

    private static HostFacts.NodeFacts node(Lines lines) {
        return new HostFacts.NodeFacts(
                provenance(lines.text("containerd-unit")),
                provenance(lines.text("kubelet-unit")),
                provenance(lines.text("kubelet-dropin")),
                lines.flag("containerd-active"),
                lines.flag("kubelet-active"),
                lines.all("file"),
                lines.flag("initialised"),
                lines.flag("joined"),
                Optional.of(lines.text("ca-digest")).filter(d -> d.matches("[0-9a-f]{64}")),
                lines.flag("cni"));
    }

    private static HostFacts.DockerFacts docker(Lines lines) {
        return new HostFacts.DockerFacts(
                provenance(lines.text("docker-unit")),
                provenance(lines.text("docker-config")),
                provenance(lines.text("cri-docker-unit")),
                lines.flag("docker-active"),
                lines.flag("cri-docker-active"));
    }

    /// `k0s=k0sworker yes v1.36.2+k0s.0`: of two services the one that runs.
    private static HostFacts.K0sFacts k0s(Lines lines) {
        HostFacts.K0sFacts found = HostFacts.K0sFacts.NONE;
        for (String line : lines.all("k0s")) {
            String[] words = line.split(" +");
            boolean active = words.length > 1 && words[1].equals("yes");
            if (words[0].matches("k0s(controller|worker)")
                    && (found.service().isEmpty() || (active && !found.active()))) {
                String release = active && words.length > 2 ? words[2] : "";
                found =
                        new HostFacts.K0sFacts(
                                words[0],
                                active,
                                K0sVersion.parse(release)
                                        .map(K0sVersion::toString)
                                        .orElse(release));
            }
        }
        return found;
    }

    private static Optional<KubeadmFacts> kubeadm(Map<String, String> facts) {
        if (!facts.containsKey(AdoptSteps.MEMBER)) {
            return Optional.empty();
        }
        Lines member = Lines.of(facts, AdoptSteps.MEMBER);
        return Optional.of(
                new KubeadmFacts(
                        new KubeadmFacts.MemberFacts(
                                member.text("node"),
                                member.text("server"),
                                member.text("driver"),
                                member.text("advertised"),
                                (int) Math.min(member.number("port"), 65_535),
                                seen(member),
                                member.text("trouble")),
                        cluster(facts)));
    }

    private static Optional<KubeadmFacts.SeenNode> seen(Lines member) {
        return Optional.of(member.text("seen"))
                .filter(name -> !name.isEmpty())
                .map(name ->
                        new KubeadmFacts.SeenNode(
                                name,
                                List.of(member.text("roles").split(",")).contains("control-plane"),
                                member.text("kubelet"),
                                member.text("address")));
    }

    private static Optional<KubeadmFacts.ClusterFacts> cluster(Map<String, String> facts) {
        if (!facts.containsKey(AdoptSteps.CLUSTER)) {
            return Optional.empty();
        }
        Lines cluster = Lines.of(facts, AdoptSteps.CLUSTER);
        return Optional.of(
                new KubeadmFacts.ClusterFacts(
                        Set.copyOf(cluster.all("pki")),
                        (int) Math.min(cluster.number("nodes"), 100_000),
                        cluster.all("named"),
                        configuration(facts),
                        cluster.text("trouble")));
    }

    /// The pieces, each of lines behind a bar and the number of all pieces.
    private static Optional<String> configuration(Map<String, String> facts) {
        var text = new StringBuilder();
        int pieces = 1;
        for (int piece = 1; piece <= pieces; piece++) {
            List<String> lines =
                    facts.getOrDefault(AdoptSteps.CONFIGURATION + piece, "").lines().toList();
            if (lines.isEmpty()
                    || !lines.getLast().matches("=[1-%d]".formatted(AdoptSteps.PIECES))) {
                return Optional.empty();
            }
            pieces = lines.getLast().charAt(1) - '0';
            lines.stream()
                    .filter(line -> line.startsWith("|"))
                    .forEach(line -> text.append(line, 1, line.length()).append('\n'));
        }
        return Optional.of(text.toString()).filter(t -> !t.isBlank());
    }

    private static Provenance provenance(String word) {
        return switch (word) {
            case "ours" -> Provenance.OURS;
            case "foreign" -> Provenance.FOREIGN;
            default -> Provenance.NONE;
        };
    }

    private static boolean isAddress(String text) {
        return text.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");
    }

    private static boolean isNetwork(String text) {
        return Cidr.of(text).isPresent();
    }

    private static boolean isPeer(String text) {
        return text.matches("[A-Za-z0-9.:%_\\[\\]-]{1,260}");
    }

    private static Optional<Ownership> owner(String text) {
        Lines lines = Lines.parse(text);
        try {
            return Optional.of(
                    new Ownership(
                            lines.text("installation"),
                            new TenantId(lines.text("tenant")),
                            new ClusterName(lines.text("cluster")),
                            (int) Math.min(lines.number("generation"), Integer.MAX_VALUE)));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// The `key=value` lines of one fact.
    private record Lines(Map<String, List<String>> values) {
        static Lines of(Map<String, String> facts, String fact) {
            return parse(facts.getOrDefault(fact, ""));
        }

        static Lines parse(String text) {
            var values = new HashMap<String, List<String>>();
            text.lines()
                    .limit(512)
                    .forEach(line -> {
                        int sign = line.indexOf('=');
                        if (sign > 0) {
                            var list =
                                    values.computeIfAbsent(
                                            line.substring(0, sign), _ -> new ArrayList<>());
                            if (list.size() < MAX_VALUES) {
                                list.add(bounded(line.substring(sign + 1)));
                            }
                        }
                    });
            return new Lines(values);
        }

        private static String bounded(String value) {
            String printable = value.strip().replaceAll("[^\\x20-\\x7e]", "?");
            return printable.length() > MAX_TEXT ? printable.substring(0, MAX_TEXT) : printable;
        }

        List<String> all(String key) {
            return values.getOrDefault(key, List.of());
        }

        String text(String key) {
            return all(key).isEmpty() ? "" : all(key).getFirst();
        }

        boolean flag(String key) {
            return text(key).equals("yes");
        }

        /// `yes` or `no`; anything else is no answer.
        Optional<Boolean> answer(String key) {
            return switch (text(key)) {
                case "yes" -> Optional.of(true);
                case "no" -> Optional.of(false);
                default -> Optional.empty();
            };
        }

        /// A text's distinct words.
        String[] words(String key) {
            return text(key).isEmpty()
                    ? new String[0]
                    : Stream.of(text(key).split(" +")).distinct().toArray(String[]::new);
        }

        long number(String key) {
            return text(key).matches("[0-9]{1,15}") ? Long.parseLong(text(key)) : 0;
        }

        Map<String, String> below(String prefix) {
            var found = new TreeMap<String, String>();
            Set.copyOf(values.keySet()).stream()
                    .filter(k -> k.startsWith(prefix) && k.length() < 280)
                    .sorted()
                    .limit(MAX_VALUES)
                    .forEach(k -> found.put(k.substring(prefix.length()), text(k)));
            return found;
        }
    }
}
