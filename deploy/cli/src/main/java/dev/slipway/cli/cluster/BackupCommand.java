package dev.slipway.cli.cluster;

import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.run.RunOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "backup",
        description = {
            "Keep what a k0s cluster's control plane knows in a file on one of its controllers.",
            "With --watch the file's path, size and SHA-256 are told at the end."
        })
public final class BackupCommand implements Callable<Integer> {
    /// What the hosts printed comes by another way than the run's end.
    private static final Duration LAG = Duration.ofSeconds(10);

    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Following following = new Following();
    @Mixin private Subject subject = new Subject();

    @Option(
            names = "--folder",
            paramLabel = "PATH",
            description =
                    "Where on the controller, an absolute path (default: /var/backups/slipway).")
    private Optional<String> folder = Optional.empty();

    @Override
    public Integer call() {
        RunRequest request = subject.request("backup");
        folder.ifPresent(f -> request.with("archive", f));
        Services services = client.services();
        return following.through(
                services, request, run -> tell(services, run, request.clusterName()));
    }

    private void tell(Services services, String run, String cluster) {
        Optional<KeptBackup> kept = kept(services, run);
        if (kept.isEmpty()) {
            System.out.printf(
                    "Where it lies is not told yet: slipway logs %s --phase %s%n",
                    run, KeptBackup.PHASE);
            return;
        }
        KeptBackup backup = kept.get();
        following.output().one(backup.json(run), () -> backup.text(cluster), _ -> backup.path());
    }

    private static Optional<KeptBackup> kept(Services services, String run) {
        Instant until = Instant.now().plus(LAG);
        while (true) {
            var reader = new KeptBackup.Reader();
            RunOutput.each(services, run, "&phase=" + KeptBackup.PHASE, reader::read);
            if (reader.kept().isPresent() || Instant.now().isAfter(until)) {
                return reader.kept();
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailure.failed("interrupted");
        }
    }
}
