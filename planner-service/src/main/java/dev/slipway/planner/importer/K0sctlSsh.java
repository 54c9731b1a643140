package dev.slipway.planner.importer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A connection of k0sctl, `ssh` or `openSSH`, with the hosts on the way.
final class K0sctlSsh {
    /// What k0sctl looks for first where no key is named.
    private static final String KEY = "~/.ssh/id_rsa";

    private final ForeignDocument file;
    private final String cluster;

    K0sctlSsh(ForeignDocument file, String cluster) {
        this.file = file;
        this.cluster = cluster;
    }

    /// @param path of the connection
    /// @param target the entry of the host
    Map<String, Object> read(String path, String target) {
        var ssh = new LinkedHashMap<String, Object>();
        file.mapped(
                path + ".address",
                target + ".ips",
                path.endsWith("openSSH")
                        ? "an alias of ~/.ssh/config has to become its address"
                        : "");
        file.text(path + ".user").ifPresent(user -> ssh.put("user", user));
        file.mapped(path + ".user", target + ".ssh.user");
        file.text(path + ".port").ifPresent(port -> ssh.put("port", number(port)));
        file.mapped(path + ".port", target + ".ssh.port");
        key(path, target + ".ssh", ssh);
        file.text(path + ".hostKey").ifPresent(key -> ssh.put("hostKeys", List.of(key.strip())));
        file.mapped(path + ".hostKey", target + ".ssh.hostKeys");
        file.lost(
                path + ".options", "options of ssh are not read: what ssh of an entry has is all");
        file.lost(
                path + ".configPath",
                "no configuration of ssh is read: say user, port, pk and jump in spec.hosts[].ssh");
        file.implied(path + ".disableMultiplexing", "a host is entered once for all commands");
        List<Map<String, Object>> jump = jump(path + ".bastion", target);
        if (!jump.isEmpty()) {
            ssh.put("jump", jump);
        }
        return ssh;
    }

    private void key(String path, String target, Map<String, Object> ssh) {
        if (file.text(path + ".password").isPresent()) {
            String credential = cluster + "-ssh";
            ssh.put("credential", credential);
            file.mapped(
                    path + ".password",
                    target + ".credential",
                    "the password is not copied: store it as credential %s (PUT /v1/credentials/%s of the certificate service), or say ssh.passwd, which apply stores"
                            .formatted(credential, credential));
            return;
        }
        ssh.put("pk", file.text(path + ".keyPath").orElse(KEY));
        file.mapped(path + ".keyPath", target + ".pk");
    }

    /// The hosts on the way, the first one first: k0sctl names them from the host outwards.
    private List<Map<String, Object>> jump(String path, String target) {
        var hops = new ArrayList<Map<String, Object>>();
        String at = path;
        while (file.has(at)) {
            String own = at;
            Optional<String> address = file.text(own + ".address");
            if (address.isEmpty()) {
                file.lost(own, "a host on the way without an address: say it in ssh.jump");
                break;
            }
            hops.addFirst(hop(own, address.get(), target + ".ssh.jump"));
            at = own + ".bastion";
        }
        return hops;
    }

    private Map<String, Object> hop(String path, String address, String target) {
        var hop = new LinkedHashMap<String, Object>();
        String host = address.contains(":") ? "[%s]".formatted(address) : address;
        hop.put(
                "host",
                file.text(path + ".user").map(u -> u + "@").orElse("")
                        + host
                        + file.text(path + ".port").map(p -> ":" + p).orElse(""));
        for (String field : List.of("address", "user", "port")) {
            file.mapped(path + "." + field, target + ".host");
        }
        file.text(path + ".keyPath").ifPresent(key -> hop.put("pk", key));
        file.mapped(path + ".keyPath", target + ".pk");
        Optional<String> hostKey = file.text(path + ".hostKey");
        hostKey.ifPresent(key -> hop.put("hostKeys", List.of(key.strip())));
        file.mapped(path + ".hostKey", target + ".hostKeys");
        if (hostKey.isEmpty()) {
            file.mapped(
                    path + ".address",
                    target + ".host",
                    "add hostKeys, which ssh-keyscan prints: an unknown host is not trusted");
        }
        file.lost(path + ".options", "options of ssh are not read");
        return hop;
    }

    private static Object number(String port) {
        return port.matches("[0-9]{1,9}") ? (Object) Integer.valueOf(port) : port;
    }
}
