package dev.slipway.planner.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// `spec.hosts` of k0sctl: each becomes an entry of its own. Hosts that are not entered over SSH,
/// and those to be reset, are left out.
final class K0sctlHosts {
    private static final String NO_NODE = "a controller that does not work is no node";
    private static final Map<String, String> STANDARD =
            Map.of("dataDir", "/var/lib/k0s", "kubeletRootDir", "/var/lib/k0s/kubelet");

    /// A host that has an entry.
    ///
    /// @param path of it in the file
    /// @param index of its entry
    /// @param dataDir of k0s
    record Host(String path, int index, String address, boolean controller, String dataDir) {}

    private final ForeignDocument file;
    private final String cluster;
    private final List<Host> hosts = new ArrayList<>();
    private boolean dynamicConfig;

    K0sctlHosts(ForeignDocument file, String cluster) {
        this.file = file;
        this.cluster = cluster;
    }

    /// Once they were read.
    List<Host> hosts() {
        return hosts;
    }

    /// Whether a flag of a controller asks for it, once they were read.
    boolean dynamicConfig() {
        return dynamicConfig;
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
        Map<String, Object> own = own(path, target, roles);
        var flags = new K0sctlFlags(file, path, target, entry, own);
        flags.read(isNode(roles));
        dynamicConfig |= flags.dynamicConfig();
        if (!own.isEmpty()) {
            entry.put("k0s", own);
        }
        rest(path);
        hosts.add(
                new Host(
                        path,
                        index,
                        address,
                        roles.contains("control-plane"),
                        String.valueOf(own.getOrDefault("dataDir", STANDARD.get("dataDir")))));
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
                            ? "one host that is both and takes all pods; it has etcd, so others can join it later"
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

    /// What k0s alone is told of the host.
    private Map<String, Object> own(String path, String target, List<String> roles) {
        var own = new LinkedHashMap<String, Object>();
        for (String field : List.of("dataDir", "kubeletRootDir")) {
            String at = "%s.%s".formatted(path, field);
            Optional<String> said = file.text(at).filter(d -> !d.equals(STANDARD.get(field)));
            if (said.isPresent() && (field.equals("dataDir") || isNode(roles))) {
                own.put(field, said.get());
                file.mapped(at, "%s.k0s.%s".formatted(target, field));
            } else {
                file.implied(at, said.isPresent() ? NO_NODE : "");
            }
        }
        boolean both = roles.size() > 1;
        boolean single = file.text(path + ".role").filter("single"::equals).isPresent();
        if (file.isTrue(path + ".noTaints") && !both) {
            file.lost(path + ".noTaints", "only a controller that works has k0s's taint");
        } else if (file.isTrue(path + ".noTaints") || single) {
            own.put("noTaints", true);
            file.mapped(path + ".noTaints", target + ".k0s.noTaints");
        } else {
            file.implied(path + ".noTaints", "");
        }
        file.text(path + ".privateAddress").ifPresent(a -> own.put("privateAddress", a));
        file.mapped(path + ".privateAddress", target + ".k0s.privateAddress");
        if (own.containsKey("privateAddress")) {
            file.implied(path + ".privateInterface", "privateAddress is said");
        } else {
            file.lost(
                    path + ".privateInterface",
                    "no interface is looked at: say k0s.privateAddress of the host, which else is reached at its address in ips");
        }
        return own;
    }

    private static boolean isNode(List<String> roles) {
        return roles.contains("worker");
    }

    private void rest(String path) {
        file.implied(path + ".reset", "");
        file.implied(path + ".os", "nothing depends on the name of the distribution");
    }
}
