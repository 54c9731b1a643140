package dev.slipway.cli.cluster;

import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.print.Confirmation;
import dev.slipway.contracts.order.Materials;
import dev.slipway.planner.clusterfile.ClusterHost;
import dev.slipway.planner.clusterfile.Clusterfile;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "adopt",
        description = {
            "Make a living cluster that kubeadm made one of Slipway's, as it is: nothing on it is restarted or changed.",
            "The Clusterfile names all of its nodes and says what it has; what differs is told with both values.",
            "The private keys of its authority are read from the first control plane, and only with consent."
        })
public final class AdoptCommand implements Callable<Integer> {
    private static final String CONSENT = "--yes-take-authority";

    @Mixin private ClientOptions client = new ClientOptions();
    @Mixin private Following following = new Following();

    @Option(
            names = {"-f", "--file"},
            required = true,
            paramLabel = "FILE",
            description = "The Clusterfile; - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = CONSENT,
            description =
                    "Consent to the reading of the authority's private keys without being asked.")
    private boolean takeAuthority;

    @Override
    public Integer call() {
        RunRequest request = RunRequest.of("adopt", file);
        if (!following.dryRun()) {
            Confirmation.require(
                    takeAuthority,
                    CONSENT,
                    consequence(request.clusterfile()),
                    request.clusterName());
            request.with("takeAuthority", true);
        }
        return following.through(client.services(), request);
    }

    /// Exactly what is read, from where, and where it stays.
    static String consequence(Clusterfile clusterfile) {
        return "This reads the authority of cluster \"%s\" (%s in /etc/kubernetes/pki) from its first control plane, %s, and keeps it, sealed, in the certificate service. Whoever has these keys is master of the cluster."
                .formatted(
                        clusterfile.name(),
                        String.join(", ", Materials.AUTHORITY_FILES),
                        clusterfile.controlPlanes().stream()
                                .map(ClusterHost::address)
                                .map(Object::toString)
                                .limit(1)
                                .collect(Collectors.joining()));
    }
}
