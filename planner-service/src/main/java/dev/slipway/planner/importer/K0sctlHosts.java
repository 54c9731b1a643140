package dev.slipway.planner.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// `spec.hosts` of k0sctl: each becomes an entry of its own. Hosts that are not entered over SSH,
/// and those to be reset, are left out.
final class K0sctlHosts {
    private static final String NO_TAINT = "node-role.kubernetes.io/control-plane:NoSchedule-";

    /// A host that has an entry.
    ///
    /// @param path of it in the file
    /// @param index of its entry
    record Host(String path, int index, String address, boolean controller) {}

    private final ForeignDocument file;
    private final String cluster;
    private final List<Host> hosts = new ArrayList<>();

    K0sctlHosts(ForeignDocument file, String cluster) {
        this.file = file;
        this.cluster = cluster;
    }

    /// Once they were read.
    List<Host> hosts() {
        return hosts;
    }

    List<Map<String, Object>> read() {
        var entries = new ArrayList<Map<String, Object>>();
        for (String path : file.items("spec.hosts")) {
            entry(path, entries.size()).ifPresent(entries::add);
        }
        return entries;
    }

    private Optional<Map<String, Object>> entry(String path, int index) {
        Optional<String> connection =
                List.of("ssh", "openSSH", "winRM", "localhost").stream()
                        .filter(c -> file.has(path + "." + c))
                        .findFirst();
        Optional<String> out = leftOut(path, connection);
        if (out.isPresent()) {
            file.lost(path, out.get());
            return Optional.empty();
        }
        if (file.isTrue(path + ".reset")) {
            file.mapped(
                    path,
                    "no entry in spec.hosts",
                    "an apply takes a node out of the cluster and resets it that is not listed any more");
            return Optional.empty();
        }
        String target = "spec.hosts[%d]".formatted(index);
        String ssh = path + "." + connection.orElseThrow();
        String address = file.text(ssh + ".address").orElse("");
        var entry = new LinkedHashMap<String, Object>();
        entry.put("ips", List.of(address));
        file.text(path + ".hostname")
                .ifPresent(name -> entry.put("names", List.of(name.toLowerCase(Locale.ROOT))));
        file.mapped(path + ".hostname", target + ".names");
        List<String> roles = roles(path, target);
        if (!roles.isEmpty()) {
            entry.put("roles", roles);
        }
        var access = new K0sctlSsh(file, cluster);
        entry.put("ssh", access.read(ssh, target));
        List<String> env = environment(path, target);
        if (!env.isEmpty()) {
            entry.put("env", env);
        }
        flags(path, target, entry);
        rest(path);
        hosts.add(new Host(path, index, address, roles.contains("control-plane")));
        return Optional.of(entry);
    }

    /// Why the host has no entry.
    private Optional<String> leftOut(String path, Optional<String> connection) {
        return switch (connection.orElse("")) {
            case "ssh", "openSSH" ->
                    file.text(path + "." + connection.get() + ".address").isPresent()
                            ? Optional.empty()
                            : Optional.of("left out, it has no address: list it in spec.hosts");
            case "winRM" ->
                    Optional.of(
                            "left out: hosts with Windows and WinRM are not served, only Linux over SSH");
            case "localhost" ->
                    Optional.of(
                            "left out: every host is entered over SSH, list this one in spec.hosts with an address that the executors reach");
            default -> Optional.of("left out, there is no way in: list it in spec.hosts with ssh");
        };
    }

    private List<String> roles(String path, String target) {
        String role = file.text(path + ".role").orElse("");
        boolean works = flag(path, "--enable-worker") || flag(path, "--single");
        List<String> roles =
                switch (works && role.equals("controller") ? "controller+worker" : role) {
                    case "controller" -> List.of("control-plane");
                    case "worker" -> List.of("worker");
                    case "controller+worker", "single" -> List.of("control-plane", "worker");
                    default -> List.of();
                };
        if (roles.isEmpty()) {
            file.lost(path + ".role", "no role that is known here: say control-plane or worker");
        } else {
            file.mapped(
                    path + ".role",
                    target + ".roles",
                    role.equals("single")
                            ? "one host that is both; k0s's mode for one node alone cannot be said"
                            : "");
        }
        return roles;
    }

    private boolean flag(String path, String name) {
        return file.texts(path + ".installFlags").values().stream()
                .anyMatch(f -> f.equals(name) || f.equals(name + "=true"));
    }

    private List<String> environment(String path, String target) {
        String at = path + ".environment";
        var env = new ArrayList<String>();
        for (String key : file.keys(at)) {
            String value = file.text(at + "." + key).orElse("");
            if (!key.matches("[A-Z_][A-Z0-9_]*")) {
                file.lost(
                        at + "." + key,
                        "names of variables have upper-case letters, digits and underscores: add it to spec.hosts[].env under such a name");
            } else if (value.matches("(?s).*://[^/@]*:[^/]*@.*")) {
                file.lost(
                        at + "." + key,
                        "a password stands in the URL, which no Clusterfile holds: let the server know hosts in another way");
            } else {
                env.add(key + "=" + value);
                file.mapped(
                        at + "." + key,
                        target + ".env",
                        "commands on the host see it; it is not put into /etc/environment");
            }
        }
        return env;
    }

    private void flags(String path, String target, Map<String, Object> entry) {
        var taints = new ArrayList<String>();
        for (var flag : file.texts(path + ".installFlags").entrySet()) {
            String at = flag.getKey();
            String name = flag.getValue().replaceAll("[= ].*", "");
            String value =
                    flag.getValue()
                            .substring(Math.min(name.length() + 1, flag.getValue().length()))
                            .replaceAll("^[\"']|[\"']$", "");
            switch (name) {
                case "--labels" -> {
                    entry.put("labels", labels(value));
                    file.mapped(at, target + ".labels");
                }
                case "--taints" -> {
                    taints.addAll(List.of(value.split(",")));
                    file.mapped(at, target + ".taints");
                }
                case "--enable-worker", "--single" -> file.mapped(at, target + ".roles");
                case "--no-taints" -> {
                    taints.add(NO_TAINT);
                    file.mapped(at, target + ".taints");
                }
                default ->
                        file.lost(
                                at,
                                "flags of k0s cannot be said: what ClusterConfig has a field for stands there");
            }
        }
        if (file.isTrue(path + ".noTaints")) {
            taints.add(NO_TAINT);
            file.mapped(path + ".noTaints", target + ".taints");
        } else {
            file.implied(path + ".noTaints", "");
        }
        if (!taints.isEmpty()) {
            entry.put("taints", taints.stream().distinct().toList());
        }
    }

    private static Map<String, String> labels(String text) {
        var labels = new LinkedHashMap<String, String>();
        for (String label : text.split(",")) {
            String[] parts = label.split("=", 2);
            labels.put(parts[0], parts.length == 2 ? parts[1] : "");
        }
        return labels;
    }

    private void rest(String path) {
        file.implied(path + ".reset", "");
        file.implied(path + ".os", "nothing depends on the name of the distribution");
        standard(
                path + ".dataDir",
                Set.of("/var/lib/k0s"),
                "k0s's directory is /var/lib/k0s: link or mount the other one there");
        standard(
                path + ".kubeletRootDir",
                Set.of("/var/lib/k0s/kubelet"),
                "the kubelet's directory is k0s's own: link or mount the other one there");
        for (String field : List.of("privateInterface", "privateAddress")) {
            standard(
                    path + "." + field,
                    Set.of(),
                    "a node has the address in ips: say the private one there, with ssh.jump if it is reached through another host");
        }
        for (String field : List.of("uploadBinary", "useExistingK0s")) {
            standard(
                    path + "." + field,
                    Set.of("false"),
                    "how the k0s program comes to a host cannot be said yet");
        }
        for (String field : List.of("k0sBinaryPath", "k0sInstallPath", "k0sDownloadURL")) {
            standard(
                    path + "." + field,
                    Set.of(),
                    "where the k0s program comes from and goes to cannot be said yet");
        }
    }

    private void standard(String path, Set<String> standard, String note) {
        if (file.text(path).filter(t -> !standard.contains(t)).isPresent()) {
            file.lost(path, note);
        } else {
            file.implied(path, "");
        }
    }
}
