package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.HostsFile;
import dev.slipway.planner.clusterfile.SecretFields;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A Clusterfile or a list of hosts as it is handed to the services: its secrets to the certificate
/// service, the rest, with references in their place, to the planner. The file itself is never
/// changed.
public final class Submission {
    private static final Pattern SECTION =
            Pattern.compile("spec\\.(?:hosts\\[(\\d+)]\\.)?ssh(?:\\.jump\\[(\\d+)])?");
    private static final Pattern REGISTRY =
            Pattern.compile("spec\\.registries\\[(\\d+)](?:\\.mirrors\\[(\\d+)])?");
    private static final String OWN_REGISTRY = "spec.registry";

    private final String text;
    private final HostsFile hosts;
    private final Optional<Clusterfile> clusterfile;
    private final LocalFiles files;

    private Submission(Path file, String text, HostsFile hosts, Optional<Clusterfile> clusterfile) {
        this.text = text;
        this.files = new LocalFiles(file, text);
        this.hosts = hosts;
        this.clusterfile = clusterfile;
    }

    /// @throws CommandFailure listing every problem of the file; nothing was sent then
    public static Submission of(Path file) {
        return of(file, textOf(file));
    }

    /// @param text of the file, which standard input tells once
    public static Submission of(Path file, String text) {
        return switch (ClusterfileReader.read(text, SecretPolicy.PENDING)) {
            case ClusterfileResult.Accepted(var clusterfile) ->
                    new Submission(file, text, clusterfile.hostsFile(), Optional.of(clusterfile));
            case ClusterfileResult.HostsOnly(var hosts) ->
                    new Submission(file, text, hosts, Optional.empty());
            case ClusterfileResult.Rejected(var problems) ->
                    throw CommandFailure.usage(
                            "%s has %d %s, nothing was done:\n%s"
                                    .formatted(
                                            file,
                                            problems.size(),
                                            problems.size() == 1 ? "problem" : "problems",
                                            problems.stream()
                                                    .map(p -> "  " + file + ": " + p)
                                                    .collect(Collectors.joining("\n"))));
        };
    }

    /// A file's text; `-` is standard input.
    public static String textOf(Path file) {
        try {
            return file.toString().equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(file);
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    /// Absent if the file lists hosts only.
    public Optional<Clusterfile> clusterfile() {
        return clusterfile;
    }

    public HostsFile hosts() {
        return hosts;
    }

    /// Sends the files of this machine that hosts shall have.
    ///
    /// @throws CommandFailure naming every file that cannot be sent; nothing was sent then
    void sendFiles(Services services) {
        List<String> problems = files.problems();
        if (!problems.isEmpty()) {
            throw CommandFailure.usage(
                    "nothing was done, files cannot be sent:\n  %s"
                            .formatted(String.join("\n  ", problems)));
        }
        files.send(services);
    }

    /// Sends the secrets.
    ///
    /// @return the text without them, and with digests in place of the paths of files
    public String withoutSecrets(Services services) {
        for (SecretFields.Section section : SecretFields.find(text)) {
            services.cert().put("/v1/credentials/" + credentialName(section), credential(section));
        }
        return files.replaced(SecretFields.replace(text, this::credentialName));
    }

    /// For the section of all hosts and that of the N-th entry: `NAME-ssh` and `NAME-host-N` of a
    /// cluster, `NAME-hosts` and `NAME-hosts-N` of a mere list, so that neither ever takes the
    /// other's place; with `-jump-N` for a jump host of theirs. `NAME-registry-N` for a registry,
    /// with `-mirror-N` for a mirror of it; `NAME-registry` for the cluster's own.
    private String credentialName(SecretFields.Section section) {
        if (section.path().equals(OWN_REGISTRY)) {
            return hosts.name() + "-registry";
        }
        Matcher registry = REGISTRY.matcher(section.path());
        if (registry.matches()) {
            String mirror =
                    Optional.ofNullable(registry.group(2)).map(n -> "-mirror-" + n).orElse("");
            return "%s-registry-%s%s".formatted(hosts.name(), registry.group(1), mirror);
        }
        Matcher path = SECTION.matcher(section.path());
        if (!path.matches()) {
            throw new IllegalStateException("no section of secrets: " + section.path());
        }
        Optional<String> host = Optional.ofNullable(path.group(1));
        String owner =
                clusterfile.isPresent()
                        ? host.map(n -> "host-" + n).orElse("ssh")
                        : host.map(n -> "hosts-" + n).orElse("hosts");
        String hop = Optional.ofNullable(path.group(2)).map(n -> "-jump-" + n).orElse("");
        return hosts.name() + "-" + owner + hop;
    }

    private static Map<String, Object> credential(SecretFields.Section section) {
        if (section.isRegistry()) {
            return Map.of("registry", section.values());
        }
        Map<String, Object> ssh = new HashMap<>();
        if (section.value("pk").isPresent()) {
            ssh.put("kind", "key");
            ssh.put("privateKey", keyFile(section));
            section.value("pkPasswd").ifPresent(p -> ssh.put("passphrase", p));
        } else if (section.value("passwd").isPresent()) {
            ssh.put("kind", "password");
            ssh.put("password", section.value("passwd").get());
        } else if (section.value(SecretFields.CERTIFICATE).isPresent()) {
            ssh.put("kind", "certificate");
        }
        Map<String, Object> credential = new HashMap<>();
        if (!ssh.isEmpty()) {
            credential.put("ssh", ssh);
        }
        section.sudoPassword().ifPresent(p -> credential.put("sudoPassword", p));
        return credential;
    }

    private static String keyFile(SecretFields.Section section) {
        String path = section.value("pk").orElseThrow();
        Path file =
                path.startsWith("~/")
                        ? Path.of(System.getProperty("user.home"), path.substring(2))
                        : Path.of(path);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw CommandFailure.usage(
                    "cannot read the private key \"%s\" of %s.pk (%s): name an existing file"
                            .formatted(path, section.path(), e.getMessage()));
        }
    }
}
