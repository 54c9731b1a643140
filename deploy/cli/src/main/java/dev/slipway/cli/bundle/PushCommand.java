package dev.slipway.cli.bundle;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.cluster.Submission;
import dev.slipway.cli.cluster.UploadProgress;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.planner.clusterfile.FileSource;
import dev.slipway.planner.clusterfile.UrlFields;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "push",
        description = {
            "Check a bundle and send it to the planner, and write the Clusterfile with which",
            "hosts are brought its files instead of fetching them."
        })
final class PushCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();

    @Parameters(paramLabel = "BUNDLE", description = "What `slipway bundle create` made.")
    private Path bundle = Path.of("bundle.tar");

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile; - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile to write.")
    private Path to = Path.of("clusterfile.yaml");

    private final Map<ContentDigest, String> manifests = new HashMap<>();

    @Override
    public Integer call() {
        String text = Submission.textOf(file);
        Submission.of(file, text);
        List<UrlFields.Fetched> wanted = UrlFields.find(text);
        try {
            Path folder = Files.createTempDirectory(parent(to), ".slipway-bundle");
            try {
                // All of it is right before anything is sent.
                BundleIndex index = Bundle.read(bundle, folder, (_, _) -> {});
                requireAll(wanted, index);
                send(client.services(), wanted, folder);
                Files.writeString(to, UrlFields.replace(text, f -> Optional.of(source(f, index))));
            } finally {
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot write \"%s\" (%s): look whether it may be written and whether the disk has room"
                            .formatted(to, e.getMessage()));
        }
        System.out.printf("%1$s is there: slipway apply -f %1$s%n", to);
        return ExitCode.OK;
    }

    private static Path parent(Path path) {
        return Objects.requireNonNull(path.toAbsolutePath().getParent());
    }

    private void requireAll(List<UrlFields.Fetched> wanted, BundleIndex index) {
        Set<ContentDigest> there =
                index.files().stream().map(BundleIndex.Entry::sha256).collect(Collectors.toSet());
        String missing =
                wanted.stream()
                        .filter(f -> !there.contains(f.sha256()))
                        .map(f -> "%s (%s)".formatted(f.field(), f.url()))
                        .collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw CommandFailure.failed(
                    "\"%s\" lacks %s: make it again for this Clusterfile with `slipway bundle create`"
                            .formatted(bundle, missing));
        }
    }

    /// Manifests become part of the Clusterfile, everything else goes to the content store.
    private void send(Services services, List<UrlFields.Fetched> wanted, Path folder) {
        Set<ContentDigest> texts =
                wanted.stream()
                        .filter(UrlFields.Fetched::isManifest)
                        .map(UrlFields.Fetched::sha256)
                        .collect(Collectors.toSet());
        Set<ContentDigest> contents =
                wanted.stream()
                        .filter(f -> !f.isManifest())
                        .map(UrlFields.Fetched::sha256)
                        .collect(Collectors.toSet());
        Bundle.read(
                bundle,
                folder,
                (entry, content) -> {
                    if (texts.contains(entry.sha256())) {
                        manifests.put(entry.sha256(), textOf(content));
                    }
                    if (contents.contains(entry.sha256())) {
                        send(services, entry, content);
                    }
                });
    }

    private static void send(Services services, BundleIndex.Entry entry, Path content) {
        String path = "/v1/contents/" + entry.sha256();
        if (!services.planner().has(path)) {
            var progress = new UploadProgress(entry.from(), entry.size());
            services.planner().upload(path, content, progress::sent);
            progress.done();
        }
    }

    private static String textOf(Path content) {
        try {
            return Files.readString(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileSource source(UrlFields.Fetched fetched, BundleIndex index) {
        if (fetched.isManifest()) {
            return new FileSource.Text(Objects.requireNonNull(manifests.get(fetched.sha256())));
        }
        long size =
                index.files().stream()
                        .filter(e -> e.sha256().equals(fetched.sha256()))
                        .findFirst()
                        .orElseThrow()
                        .size();
        return new FileSource.Stored(fetched.sha256(), size);
    }
}
