package dev.slipway.planner.importer;

import dev.slipway.planner.importer.K0sctlHosts.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How k0s's program comes to hosts: k0sctl says it of each, a Clusterfile once for all, as
/// `spec.artifacts.k0s`.
final class K0sctlProgram {
    private static final String TARGET = "spec.artifacts.k0s.file";
    private static final Set<String> STANDARD = Set.of("/usr/local/bin/k0s", "/opt/bin/k0s");

    private final ForeignDocument file;
    private final List<Host> hosts;

    K0sctlProgram(ForeignDocument file, List<Host> hosts) {
        this.file = file;
        this.hosts = hosts;
    }

    /// The artifact, if a file of the user's machine is named.
    Optional<Map<String, Object>> read() {
        Optional<String> program =
                hosts.stream()
                        .flatMap(h -> file.text(h.path() + ".k0sBinaryPath").stream())
                        .findFirst();
        for (Host host : hosts) {
            path(host, program);
            flag(
                    host.path() + ".uploadBinary",
                    program.isPresent()
                            ? Optional.empty()
                            : Optional.of(
                                    "no program is looked up here: say spec.artifacts.k0s with file, or with url and sha256, which `slipway bundle push` can bring to hosts too"),
                    "the file is sent to the content store and brought to hosts");
            flag(
                    host.path() + ".useExistingK0s",
                    program.isPresent()
                            ? Optional.of("spec.artifacts.k0s is for all hosts, this one too")
                            : Optional.empty(),
                    "without spec.artifacts.k0s hosts use the k0s that they have");
            url(host, program);
            String place = host.path() + ".k0sInstallPath";
            if (file.text(place).filter(p -> !STANDARD.contains(p)).isPresent()) {
                file.lost(
                        place,
                        "k0s goes to /usr/local/bin, or to /opt/bin where /usr cannot be written");
            } else {
                file.implied(place, "");
            }
        }
        return program.map(p -> {
            var artifact = new LinkedHashMap<String, Object>();
            artifact.put("file", p);
            return artifact;
        });
    }

    private void path(Host host, Optional<String> program) {
        String at = host.path() + ".k0sBinaryPath";
        if (file.text(at).equals(program)) {
            file.mapped(at, TARGET, "all hosts get it");
        } else {
            file.lost(
                    at,
                    "spec.artifacts.k0s is one program for all hosts, and another one is named before");
        }
    }

    private void flag(String path, Optional<String> lost, String implied) {
        if (file.isTrue(path) && lost.isPresent()) {
            file.lost(path, lost.get());
        } else {
            file.implied(path, file.isTrue(path) ? implied : "");
        }
    }

    /// k0sctl looks at it last.
    private void url(Host host, Optional<String> program) {
        String at = host.path() + ".k0sDownloadURL";
        if (file.text(at).isEmpty()) {
            file.implied(at, "");
        } else if (file.text(host.path() + ".k0sBinaryPath").isPresent() && program.isPresent()) {
            file.implied(at, "k0sBinaryPath counts");
        } else {
            file.lost(
                    at,
                    "hosts run nothing that they cannot check: say spec.artifacts.k0s with this url, %v and the like filled in, and the sha256 of what is there");
        }
    }

    /// Whether every host is said to have it.
    boolean isEverywhere() {
        return !hosts.isEmpty()
                && hosts.stream().allMatch(h -> file.isTrue(h.path() + ".useExistingK0s"));
    }
}
