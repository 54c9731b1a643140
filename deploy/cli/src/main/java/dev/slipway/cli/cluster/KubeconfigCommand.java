package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "kubeconfig", description = "Issue a short-lived kubeconfig in your name.")
public final class KubeconfigCommand implements Runnable {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
    private String cluster = "";

    @Option(
            names = "--ttl",
            paramLabel = "DURATION",
            defaultValue = "PT1H",
            description = "How long it is valid, ISO 8601 (default: PT1H).")
    private String ttl = "PT1H";

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description = "Write it there (mode 0600) instead of to standard output.")
    private Optional<Path> file = Optional.empty();

    @Override
    public void run() {
        String yaml =
                client.services()
                        .cert()
                        .postForText(
                                "/v1/clusters/%s/kubeconfigs".formatted(cluster),
                                Map.of("ttl", validTtl()));
        if (file.isEmpty()) {
            System.out.print(yaml);
            return;
        }
        write(file.get(), yaml);
        System.out.printf(
                "wrote %s, valid for %s%n  export KUBECONFIG=%s%n",
                file.get(), ttl, file.get().toAbsolutePath());
    }

    private String validTtl() {
        try {
            return Duration.parse(ttl).toString();
        } catch (java.time.format.DateTimeParseException e) {
            throw CommandFailure.usage(
                    "\"%s\" is no duration: expected ISO 8601, for example PT1H or PT30M"
                            .formatted(ttl));
        }
    }

    private static void write(Path file, String yaml) {
        try {
            Path temporary =
                    Files.createTempFile(
                            file.toAbsolutePath().getParent(),
                            ".kubeconfig",
                            "",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(
                    temporary,
                    yaml,
                    Set.of(StandardOpenOption.WRITE).toArray(new StandardOpenOption[0]));
            Files.move(
                    temporary,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw CommandFailure.failed("cannot write %s (%s)".formatted(file, e.getMessage()));
        }
    }
}
