package dev.slipway.cli.cluster;

import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Confirmation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "restore",
        description = {
            "Install a k0s cluster anew from a backup that lies on its first control plane.",
            "None of its controllers may run, and the backup must be younger than its last installation.",
            "The other controllers join anew, workers find the cluster again."
        })
public final class RestoreCommand implements Callable<Integer> {
    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Following following = new Following();
    @Mixin private Subject subject = new Subject();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "PATH",
            description = "The backup's absolute path on the first control plane.")
    private String from = "";

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() {
        RunRequest request = subject.request("restore").with("archive", from);
        if (!following.dryRun()) {
            Confirmation.require(
                    yes,
                    "This makes cluster \"%s\" what it was when %s was written; what came later is lost."
                            .formatted(request.clusterName(), from),
                    request.clusterName());
        }
        return following.through(client.services(), request);
    }
}
