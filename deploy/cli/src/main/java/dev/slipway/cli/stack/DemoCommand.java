package dev.slipway.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.cli.CommandFailure;
import dev.slipway.cli.ExitCode;
import dev.slipway.cli.api.Services;
import dev.slipway.cli.api.Settings;
import dev.slipway.cli.cluster.RunRequest;
import dev.slipway.cli.cluster.RuntimeKind;
import dev.slipway.cli.print.Table;
import dev.slipway.cli.print.Times;
import dev.slipway.cli.run.RunWatch;
import dev.slipway.cli.run.TimeLine;
import dev.slipway.cli.run.Views;
import dev.slipway.local.LocalStack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Install a cluster of three simulated hosts on this machine, from the start.",
            "Commands really run there, over real SSH; the Kubernetes tools are strict stand-ins."
        })
public final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--runtime",
            defaultValue = "KUBEADM",
            paramLabel = "RUNTIME",
            description = "kubeadm or k0s (default: kubeadm).")
    private RuntimeKind runtime = RuntimeKind.KUBEADM;

    @Option(names = "--then-down", description = "End the stack afterwards.")
    private boolean thenDown;

    @Option(
            names = "--time-scale",
            paramLabel = "FACTOR",
            defaultValue = "0.05",
            description =
                    "How long the stand-ins take, as a part of the real tools' time (default: 0.05).")
    private double timeScale;

    @Override
    public Integer call() {
        Instant began = Instant.now();
        LocalStack stack = Stack.open();
        DoctorCommand.requireHealthy(stack);
        Stack.start(stack);
        try {
            return install(stack, began);
        } finally {
            if (thenDown) {
                DownCommand.end(stack, false);
            }
        }
    }

    private int install(LocalStack stack, Instant began) {
        Services services = Services.of(Settings.read(stack.home().configuration()));
        Path file =
                switch (runtime) {
                    case KUBEADM -> example("three-nodes.yaml");
                    case K0S -> K0sDemo.clusterfile(stack, example("three-nodes-k0s.yaml"));
                };
        var hosts = new SimulatedHosts(stack, services, timeScale);
        RunRequest request = RunRequest.of("apply", file);
        hosts.replace(request.clusterfile());
        Path called = file.startsWith(Stack.checkout()) ? Stack.checkout().relativize(file) : file;
        Stack.say("slipway apply -f %s --watch".formatted(called));
        String run = request.open(services, RunRequest.Wishes.none()).path("id").asText();
        int code = new RunWatch(services, run).follow();
        if (code == ExitCode.OK) {
            finish(services, run, request.clusterName(), began);
            if (!thenDown) {
                System.out.print(tryNext(run, request.clusterName(), called));
            }
        }
        return code;
    }

    private static Path example(String name) {
        return Stack.checkout().resolve("deploy/examples").resolve(name);
    }

    private void finish(Services services, String run, String cluster, Instant began) {
        System.out.printf("%n%s%n%n%s%n", nodes(services, cluster), timeLine(services, run));
        System.out.printf(
                "%nThe demo took %s.%n", Times.text(Duration.between(began, Instant.now())));
    }

    private String tryNext(String run, String cluster, Path file) {
        return """

        Try next:
          slipway get hosts -o wide
          slipway describe run %1$s
          slipway logs %1$s
          slipway kubeconfig %2$s
        %4$s\
          slipway apply -f %3$s --watch     finds nothing to do
          slipway reset %2$s --watch
          slipway down
        """
                .formatted(
                        run,
                        cluster,
                        file,
                        switch (runtime) {
                            case KUBEADM -> "";
                            case K0S ->
                                    """
                                      slipway config status %1$s
                                      slipway upgrade %1$s --to %2$s --k0s %3$s
                                      slipway backup %1$s --watch
                                    """
                                            .formatted(
                                                    cluster,
                                                    K0sDemo.NEXT,
                                                    file.resolveSibling("k0s-" + K0sDemo.NEXT));
                        });
    }

    private static Table nodes(Services services, String cluster) {
        JsonNode described = services.planner().get("/v1/clusters/" + cluster);
        var table = new Table("NODE", "ROLES", "ADDRESS", "CLUSTER");
        described
                .path("hosts")
                .forEach(h ->
                        table.row(
                                h.path("name").asText("-"),
                                Views.joined(h.path("roles")),
                                h.path("address").asText(),
                                described.path("state").asText()));
        return table;
    }

    /// The view may lag a moment behind the planner, so it is asked until it has the end.
    private static String timeLine(Services services, String run) {
        for (int attempt = 0; attempt < 20; attempt++) {
            Optional<JsonNode> progress = progress(services, run);
            if (progress.isPresent() && progress.get().hasNonNull("outcome")) {
                return TimeLine.of(progress.get()).toString();
            }
            pause();
        }
        return "(the time line is not there yet: slipway describe run %s)".formatted(run);
    }

    private static Optional<JsonNode> progress(Services services, String run) {
        try {
            return Optional.of(services.status().get("/v1/runs/" + run));
        } catch (CommandFailure | dev.slipway.cli.api.ApiFailure e) {
            return Optional.empty();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(250);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// What the simulator needs beside a host's SSH key.
    static Map<String, Object> credential(String privateKey) {
        return Map.of("ssh", Map.of("kind", "key", "privateKey", privateKey));
    }
}
