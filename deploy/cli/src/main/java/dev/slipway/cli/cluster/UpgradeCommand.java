package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.planner.clusterfile.K0sEdits;
import dev.slipway.planner.clusterfile.K0sVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "upgrade",
        description = {
            "Bring a k0s cluster to another release: apply its Clusterfile with that release in it.",
            "Its plan is shown first. Controllers go one after the other, then workers within their budget."
        })
public final class UpgradeCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Review review = new Review();

    @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
    private String cluster = "";

    @Option(
            names = "--to",
            required = true,
            paramLabel = "RELEASE",
            description = "The release of k0s, for example v1.37.0+k0s.0.")
    private String to = "";

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description = "Its Clusterfile, instead of the one that was accepted last.")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--k0s",
            paramLabel = "FILE|URL",
            description =
                    "The program of that release, as the artifact k0s; default: what the Clusterfile says.")
    private Optional<String> program = Optional.empty();

    @Option(names = "--sha256", paramLabel = "DIGEST", description = "Of the program at that URL.")
    private Optional<String> sha256 = Optional.empty();

    @Option(names = "--write", description = "Change FILE too.")
    private boolean write;

    @Override
    public Integer call() {
        K0sVersion release =
                K0sVersion.parse(to)
                        .orElseThrow(() ->
                                CommandFailure.usage(
                                        "\"%s\" is no release of k0s: expected one such as v1.37.0+k0s.0"
                                                .formatted(to)));
        if (write && file.filter(f -> !f.toString().equals("-")).isEmpty()) {
            throw CommandFailure.usage("--write changes the file that -f FILE names: name one");
        }
        Optional<K0sEdits.Program> newProgram = program.map(this::program);
        Services services = client.services();
        K0sClusterfile before = before(services);
        boolean sameRelease = before.k0s().release().equals(release);
        if (file.isEmpty()
                && newProgram.isEmpty()
                && !sameRelease
                && K0sEdits.hasProgram(before.text())) {
            throw CommandFailure.usage(
                    "the artifact k0s of cluster \"%s\" is that of %s: name the program of %s with --k0s FILE, or with --k0s URL and --sha256"
                            .formatted(cluster, before.k0s().release(), release));
        }
        String released = K0sEdits.release(before.text(), release);
        String text = newProgram.map(p -> K0sEdits.program(released, p)).orElse(released);
        Path known = file.orElseGet(() -> Path.of("the Clusterfile of %s".formatted(cluster)));
        int code =
                review.through(
                        services,
                        RunRequest.of("apply", known, text),
                        () -> {
                            if (write) {
                                write(known, text);
                            }
                        });
        if (code == ExitCode.OK && file.isPresent() && !write && !sameRelease) {
            System.out.printf(
                    "%s still says %s; --write changes it.%n", known, before.k0s().release());
        }
        return code;
    }

    private K0sClusterfile before(Services services) {
        String otherwise = "upgrades of kubeadm clusters are not served yet";
        return file.map(f -> K0sClusterfile.of(f, Submission.textOf(f), cluster, otherwise))
                .orElseGet(() -> K0sClusterfile.latest(services, cluster, otherwise));
    }

    private K0sEdits.Program program(String where) {
        boolean url = where.startsWith("https://") || where.startsWith("http://");
        if (url != sha256.isPresent()) {
            throw CommandFailure.usage(
                    url
                            ? "a program at a URL needs its digest: say --sha256"
                            : "--sha256 goes with a URL: the digest of a file is made here");
        }
        return url
                ? new K0sEdits.Program.Url(where, sha256.orElseThrow())
                : new K0sEdits.Program.LocalFile(Path.of(where).toAbsolutePath().toString());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
            System.out.printf("wrote %s%n", file);
        } catch (IOException e) {
            System.err.printf(
                    "slipway: cannot write %s (%s): change it yourself%n", file, e.getMessage());
        }
    }
}
