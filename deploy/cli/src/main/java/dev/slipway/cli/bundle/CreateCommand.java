package dev.slipway.cli.bundle;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.cluster.Submission;
import dev.slipway.cli.cluster.UploadProgress;
import dev.slipway.contracts.id.ContentDigest;
import dev.slipway.planner.clusterfile.Clusterfile;
import dev.slipway.planner.clusterfile.HostPackage;
import dev.slipway.planner.clusterfile.UrlFields;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        description = {
            "Fetch what a Clusterfile names by url, check it, and put it into one file.",
            "What was cut off goes on where it was."
        })
final class CreateCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile; - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--to",
            required = true,
            paramLabel = "BUNDLE",
            description = "The bundle to make, a tar file.")
    private Path to = Path.of("bundle.tar");

    @Override
    public Integer call() {
        String text = Submission.textOf(file);
        Clusterfile clusterfile =
                Submission.of(file, text)
                        .clusterfile()
                        .orElseThrow(() ->
                                CommandFailure.usage(
                                        file + " lists hosts only: nothing to bundle"));
        List<UrlFields.Fetched> wanted = UrlFields.find(text);
        if (wanted.isEmpty()) {
            throw CommandFailure.usage(
                    file + " names nothing that hosts fetch (url and sha256): nothing to bundle");
        }
        Path bundle = to.toAbsolutePath();
        Path parts = bundle.resolveSibling(bundle.getFileName() + ".parts");
        try {
            Map<ContentDigest, Path> files = fetched(wanted, new Download(parts));
            BundleIndex index = index(clusterfile, wanted, files);
            Bundle.write(bundle, index, entry -> Objects.requireNonNull(files.get(entry.sha256())));
            for (Path part : files.values()) {
                Files.delete(part);
            }
            Files.deleteIfExists(parts);
            System.out.printf(
                    "%s: %d files for %s, Kubernetes %s, %s%nSHA-256 %s%n",
                    to,
                    index.files().size(),
                    clusterfile.name(),
                    clusterfile.version(),
                    UploadProgress.amount(Files.size(bundle)),
                    Download.digest(bundle));
            if (!clusterfile.packages().isEmpty()) {
                System.err.printf(
                        "not in it: the packages that hosts get of their distributions (%s), from sources that they reach%n",
                        clusterfile.packages().stream()
                                .map(HostPackage::name)
                                .distinct()
                                .collect(Collectors.joining(", ")));
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw CommandFailure.failed(
                    "cannot write \"%s\" (%s): look whether the disk has room, then call again; what was fetched is kept"
                            .formatted(bundle, e.getMessage()));
        }
    }

    private static Map<ContentDigest, Path> fetched(
            List<UrlFields.Fetched> wanted, Download download) {
        var files = new LinkedHashMap<ContentDigest, Path>();
        for (UrlFields.Fetched fetched : wanted) {
            if (!files.containsKey(fetched.sha256())) {
                System.err.printf("fetching %s: %s%n", fetched.field(), fetched.url());
                files.put(fetched.sha256(), download.fetch(fetched.url(), fetched.sha256()));
            }
        }
        return files;
    }

    private static BundleIndex index(
            Clusterfile clusterfile, List<UrlFields.Fetched> wanted, Map<ContentDigest, Path> files)
            throws IOException {
        var entries = new LinkedHashMap<ContentDigest, BundleIndex.Entry>();
        for (UrlFields.Fetched fetched : wanted) {
            Path content = Objects.requireNonNull(files.get(fetched.sha256()));
            entries.putIfAbsent(
                    fetched.sha256(),
                    new BundleIndex.Entry(fetched.url(), Files.size(content), fetched.sha256()));
        }
        return new BundleIndex(
                BundleIndex.FORMAT,
                clusterfile.name().value(),
                clusterfile.version().toString(),
                List.copyOf(entries.values()));
    }
}
