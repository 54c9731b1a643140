package dev.slipway.cli.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.ApiFailure;
import dev.slipway.cli.api.ClientOptions;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.print.Output;
import dev.slipway.cli.run.ClusterDescription;
import dev.slipway.planner.clusterfile.ClusterRuntime;
import dev.slipway.planner.clusterfile.K0sDocument;
import dev.slipway.planner.clusterfile.K0sEdits;
import dev.slipway.planner.clusterfile.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "config",
        description = "Show or change k0s's own configuration (ClusterConfig) of a cluster.",
        subcommands = {
            ConfigCommand.Get.class,
            ConfigCommand.Edit.class,
            ConfigCommand.Status.class
        },
        synopsisSubcommandLabel = "get|edit|status")
public final class ConfigCommand {
    private static final String NO_CONFIG =
            "it has no ClusterConfig of k0s; change kubeadm's documents in its Clusterfile and `slipway apply -f` that";

    @Command(
            name = "get",
            description = "Print the ClusterConfig that was applied last, as canonical YAML.")
    static final class Get implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();

        @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
        private String cluster = "";

        @Option(names = "--defaults", description = "With k0s's defaults for its release.")
        private boolean defaults;

        @Override
        public void run() {
            ClusterRuntime.K0s k0s =
                    K0sClusterfile.applied(client.services(), cluster, NO_CONFIG).k0s();
            var document = new K0sDocument(defaults ? k0s.filled() : k0s.config(), List.of());
            System.out.print(document.text());
        }
    }

    @Command(
            name = "edit",
            description = {
                "Change the ClusterConfig of a cluster's latest Clusterfile in your editor (VISUAL, EDITOR) and apply that.",
                "Its plan is shown first. Controllers restart one after the other."
            })
    static final class Edit implements Callable<Integer> {
        private static final String SKELETON =
                """
                apiVersion: k0s.k0sproject.io/v1beta1
                kind: ClusterConfig
                spec: {}
                """;

        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Review review = new Review();

        @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
        private String cluster = "";

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "The new document, instead of editing; - for standard input.")
        private Optional<Path> file = Optional.empty();

        @Override
        public Integer call() {
            Services services = client.services();
            K0sClusterfile latest = K0sClusterfile.latest(services, cluster, NO_CONFIG);
            String before = K0sEdits.config(latest.text()).orElse(SKELETON);
            if (file.isPresent()) {
                return change(services, latest, file.get(), before);
            }
            Path edited = Editor.edited("slipway-config-" + cluster, before);
            try {
                int code = change(services, latest, edited, before);
                Files.delete(edited);
                return code;
            } catch (CommandFailure | ApiFailure e) {
                System.err.printf(
                        "slipway: what you wrote is kept: slipway config edit %s -f %s%n",
                        cluster, edited);
                throw e;
            } catch (IOException e) {
                throw CommandFailure.failed(
                        "cannot remove %s (%s)".formatted(edited, e.getMessage()));
            }
        }

        private int change(Services services, K0sClusterfile latest, Path from, String before) {
            String document = Submission.textOf(from);
            if (document.strip().equals(before.strip())) {
                System.out.println("Nothing was changed.");
                return ExitCode.OK;
            }
            requireGood(from, document, latest.k0s());
            return review.through(
                    services,
                    RunRequest.of(
                            "apply",
                            Path.of("the Clusterfile of %s with this".formatted(cluster)),
                            K0sEdits.withConfig(latest.text(), document)),
                    () -> {});
        }

        /// By itself first: then lines are those of what was edited.
        private static void requireGood(Path from, String document, ClusterRuntime.K0s k0s) {
            List<Problem> problems =
                    K0sDocument.read(document, Optional.of(k0s.release())).problems();
            if (!problems.isEmpty()) {
                throw CommandFailure.usage(
                        "nothing was done, the document has problems:\n"
                                + problems.stream()
                                        .map(p -> "  %s: %s".formatted(from, p))
                                        .collect(Collectors.joining("\n")));
            }
        }
    }

    @Command(
            name = "status",
            description =
                    "Show a k0s cluster as `describe cluster` does, its release, and what its configuration turns on.")
    static final class Status implements Runnable {
        @Mixin private ClientOptions client = new ClientOptions();
        @Mixin private Output output = new Output();

        @Parameters(paramLabel = "CLUSTER", description = "The cluster's name.")
        private String cluster = "";

        @Option(
                names = "--recorded",
                description = "Only what is recorded: the cluster itself is asked nothing.")
        private boolean recorded;

        @Override
        public void run() {
            Services services = client.services();
            var features =
                    new K0sFeatures(
                            K0sClusterfile.applied(
                                            services,
                                            cluster,
                                            "`slipway describe cluster %s` shows it"
                                                    .formatted(cluster))
                                    .k0s());
            var description = ClusterDescription.of(services, cluster, recorded);
            ObjectNode json = description.json();
            json.set("k0s", features.json());
            output.one(json, () -> features.text() + description.text(), _ -> cluster);
        }
    }
}
