package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.ClusterfileReader;
import dev.slipway.planner.clusterfile.ClusterfileResult;
import dev.slipway.planner.clusterfile.SecretFields;
import dev.slipway.planner.clusterfile.SecretPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// Hands a Clusterfile to the services: its secrets to the certificate service, the rest, with
/// references in their place, to the planner. The file itself is never changed.
public final class Applying {
    /// What the user wishes beside the file.
    public record Wishes(boolean dryRun, boolean strict, boolean acceptNewHostKeys) {
        public static Wishes none() {
            return new Wishes(false, false, false);
        }
    }

    private final Services services;
    private final String text;
    private final Clusterfile clusterfile;

    private Applying(Services services, String text, Clusterfile clusterfile) {
        this.services = services;
        this.text = text;
        this.clusterfile = clusterfile;
    }

    /// @throws CommandFailure listing every problem of the file; nothing was sent then
    public static Applying of(Path file, Services services) {
        String text = textOf(file);
        return switch (ClusterfileReader.read(text, SecretPolicy.PENDING)) {
            case ClusterfileResult.Accepted(var clusterfile) ->
                    new Applying(services, text, clusterfile);
            case ClusterfileResult.Rejected(var problems) ->
                    throw CommandFailure.usage(
                            "the Clusterfile has %d %s, nothing was done:\n%s"
                                    .formatted(
                                            problems.size(),
                                            problems.size() == 1 ? "problem" : "problems",
                                            problems.stream()
                                                    .map(p -> "  " + file + ": " + p)
                                                    .collect(Collectors.joining("\n"))));
        };
    }

    /// The file's text; `-` is standard input.
    static String textOf(Path file) {
        try {
            return file.toString().equals("-")
                    ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                    : Files.readString(file);
        } catch (IOException e) {
            throw CommandFailure.usage("cannot read %s (%s)".formatted(file, e.getMessage()));
        }
    }

    public Clusterfile clusterfile() {
        return clusterfile;
    }

    public String clusterName() {
        return clusterfile.name().value();
    }

    /// Sends the secrets, then opens the run.
    public JsonNode open(Wishes wishes) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("operation", "apply");
        request.put("clusterfile", withoutSecrets());
        request.put("dryRun", wishes.dryRun());
        request.put("strict", wishes.strict());
        request.put("acceptNewHostKeys", wishes.acceptNewHostKeys());
        return services.planner().post("/v1/runs", request);
    }

    private String withoutSecrets() {
        for (SecretFields.Section section : SecretFields.find(text)) {
            services.cert().put("/v1/credentials/" + credentialName(section), credential(section));
        }
        return SecretFields.replace(text, this::credentialName);
    }

    /// `CLUSTER-ssh` for the cluster's section, `CLUSTER-host-N` for the N-th host entry's.
    private String credentialName(SecretFields.Section section) {
        String suffix =
                section.path()
                        .replaceAll("spec\\.hosts\\[(\\d+)]\\.ssh", "host-$1")
                        .replace("spec.ssh", "ssh");
        return clusterName() + "-" + suffix;
    }

    private static Map<String, Object> credential(SecretFields.Section section) {
        Map<String, Object> ssh = new HashMap<>();
        if (section.value("pk").isPresent()) {
            ssh.put("kind", "key");
            ssh.put("privateKey", keyFile(section));
            section.value("pkPasswd").ifPresent(p -> ssh.put("passphrase", p));
        } else if (section.value("passwd").isPresent()) {
            ssh.put("kind", "password");
            ssh.put("password", section.value("passwd").get());
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
